import type { Key } from './keys';

/** What keeps the server's answers for the screens (`cache.ts`). A citizen's page never loads it. */
export interface Keeper {
  refresh: (...changed: Key[]) => void;
  refreshAll: () => void;
  takeAssignment: (answer: unknown) => void;
  clear: () => void;
}

let keeper: Keeper | null = null;

export function keepWith(loaded: Keeper): void {
  keeper = loaded;
}

/** The named things have changed: whoever shows them reads them again. */
export const refresh = (...changed: Key[]) => keeper?.refresh(...changed);
export const refreshAll = () => keeper?.refreshAll();
/** The server's answer to the officer's own step, before the list is read again. */
export const takeAssignment = (answer: unknown) => keeper?.takeAssignment(answer);
/** Another person sits here now, or nobody. */
export const clear = () => keeper?.clear();
