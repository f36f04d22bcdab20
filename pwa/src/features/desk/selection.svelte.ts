import { go, here } from '../../ui/router.svelte';

/** What the middle column shows; kept in the address so that it survives a reload. */
export interface Selected {
  kind: 'alert' | 'incident';
  id: string;
}

export const selection = {
  get current(): Selected | null {
    const alert = here.search.get('alert');
    if (alert) return { kind: 'alert', id: alert };
    const incident = here.search.get('incident');
    return incident ? { kind: 'incident', id: incident } : null;
  },
};

export function select(chosen: Selected | null): void {
  go(chosen ? `/operator?${chosen.kind}=${encodeURIComponent(chosen.id)}` : '/operator', { replace: true });
}
