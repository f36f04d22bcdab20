import { registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';

type Entry = string | { url: string; revision: string | null };

/** The map engine is three quarters of all bytes; it is needed only on opening a map or going on duty. */
const MAP = /\/maplibre-[^/]*$|\/maplibre-gl-worker-[^/]*$/;
const KEPT_AS = 'sipha-assets';
const urlOf = (entry: Entry) => (typeof entry === 'string' ? entry : entry.url);

export const fetchedAhead = (all: Entry[]): Entry[] => all.filter((entry) => !MAP.test(urlOf(entry)));

/** A file with a hash in its name never changes, so it is cached once used. */
export function keepAssets(): void {
  registerRoute(({ url }) => url.pathname.startsWith('/assets/'), new CacheFirst({ cacheName: KEPT_AS }));
}

/** For an officer, whose map must also open in a tunnel. */
export async function keepMap(all: Entry[]): Promise<void> {
  const cache = await caches.open(KEPT_AS);
  for (const url of all.map(urlOf).filter((one) => MAP.test(one))) {
    if (!(await cache.match(url))) await cache.add(url).catch(() => undefined);
  }
}

/** A newer version has different files. */
export async function dropAssets(): Promise<void> {
  await caches.delete(KEPT_AS);
}
