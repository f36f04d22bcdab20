const state = $state({ waiting: null as ServiceWorker | null });

/** A newer version of the pages, ready but not used before the person says so. */
export const version = {
  get waiting() {
    return state.waiting !== null;
  },
  use() {
    state.waiting?.postMessage({ kind: 'use_now' });
  },
};

/** Nothing on any page waits for the service worker: it may never come. */
export function startWorker(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const had_one = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (had_one && state.waiting) location.reload();
  });
  navigator.serviceWorker
    .register('/sw.js')
    .then((registration) => {
      const look = (worker: ServiceWorker | null) => {
        if (worker?.state === 'installed' && navigator.serviceWorker.controller) state.waiting = worker;
      };
      look(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const worker = registration.installing;
        worker?.addEventListener('statechange', () => look(worker));
      });
    })
    .catch(() => undefined);
}
