import { session } from '../../../api/calls';
import type { DemoAccount } from '../../../api/types';

const KEPT_AS = 'sipha-demo-key';
const state = $state({ accounts: null as DemoAccount[] | null });

export const demo = {
  get accounts() {
    return state.accounts;
  },
};

/** The key arrives once in the address (`#demo=…`) and is removed from it. */
export function takeDemoKey(): void {
  const key = new URLSearchParams(location.hash.slice(1)).get('demo');
  if (!key) return;
  sessionStorage.setItem(KEPT_AS, key);
  history.replaceState(null, '', location.pathname + location.search);
}

/** Fills the list of accounts in a demo; anywhere else the server answers 404 and nothing is shown. */
export async function askDemo(): Promise<void> {
  const answer = await session.demo(sessionStorage.getItem(KEPT_AS)).catch(() => null);
  state.accounts = answer?.accounts ?? null;
}
