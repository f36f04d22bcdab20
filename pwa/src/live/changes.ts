import type { Key } from './keys';

/** The cache of server answers for the screens (`cache.ts`). Citizens' pages never load it. */
export interface Keeper {
  refresh: (...changed: Key[]) => void;
  refreshAll: () => void;
  takeAssignment: (answer: unknown) => void;
  moveUnits: (moved: unknown) => void;
  clear: () => void;
}

let keeper: Keeper | null = null;

export function keepWith(loaded: Keeper): void {
  keeper = loaded;
}

/** The named things have changed: any screen showing them reloads them. */
export const refresh = (...changed: Key[]) => keeper?.refresh(...changed);
export const refreshAll = () => keeper?.refreshAll();
/** The server's answer to the officer's own step, before the list is reloaded. */
export const takeAssignment = (answer: unknown) => keeper?.takeAssignment(answer);
/** Where units are now, from the stream: nothing needs to be reloaded. */
export const moveUnits = (moved: unknown) => keeper?.moveUnits(moved);
/** Another person is signed in now, or nobody. */
export const clear = () => keeper?.clear();
