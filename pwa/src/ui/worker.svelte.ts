const state = $state({ waiting: null as ServiceWorker | null });

/** A newer version of the pages, ready but not used until the person agrees. */
export const version = {
  get waiting() {
    return state.waiting !== null;
  },
  use() {
    state.waiting?.postMessage({ kind: 'use_now' });
  },
  /** When part of this version cannot be loaded: perhaps the server has only the newer one. */
  reload() {
    if (state.waiting) version.use();
    else location.reload();
  },
};

/** On duty the map is cached in advance, because a job may come where there is no signal. */
export async function keepMap(): Promise<void> {
  const registration = await navigator.serviceWorker?.ready;
  registration?.active?.postMessage({ kind: 'keep_map' });
}

/** No page waits for the service worker: it may never be ready. */
export function startWorker(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const had_one = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (had_one && state.waiting) location.reload();
  });
  // Its prefetching must not hold up somebody who is asking for help.
  whenIdle()
    .then(() => navigator.serviceWorker.register('/sw.js'))
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

async function whenIdle(): Promise<void> {
  if (document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done));
  // Safari has no such call; a second is enough.
  const idle = globalThis.requestIdleCallback ?? ((done: () => void) => setTimeout(done, 1000));
  await new Promise<void>((done) => idle(() => done(), { timeout: 3000 }));
}
