/// <reference lib="webworker" />
import { createHandlerBoundToURL, precacheAndRoute, cleanupOutdatedCaches } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { flushAsSession } from '../offline/deliver';
import { dropAssets, fetchedAhead, keepAssets, keepMap } from './assets';
import { clicked } from './click';
import { received } from './push';
import { renewSubscription } from './subscription';

declare const self: ServiceWorkerGlobalScope & {
  __WB_MANIFEST: (string | { url: string; revision: string })[];
};

const all = self.__WB_MANIFEST;
precacheAndRoute(fetchedAhead(all));
keepAssets();
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [/^\/(v1|schema|healthz|readyz|metrics)(\/|$)/],
  }),
);

// The first version takes over at once, so that a push can find the open page; a newer one waits
// until the person agrees, because the open page still needs the old files.
self.addEventListener('activate', (event) => event.waitUntil(dropAssets().then(() => self.clients.claim())));
self.addEventListener('message', (event) => {
  const { kind } = (event.data ?? {}) as { kind?: string };
  if (kind === 'use_now') void self.skipWaiting();
  if (kind === 'keep_map') event.waitUntil(keepMap(all));
});

self.addEventListener('push', (event) => event.waitUntil(received(event.data)));
self.addEventListener('notificationclick', (event) => {
  event.waitUntil(clicked(event.notification, event.action));
});
self.addEventListener('pushsubscriptionchange', (event) => {
  (event as ExtendableEvent).waitUntil(renewSubscription(event as PushSubscriptionChangeEvent));
});
self.addEventListener('sync', (event) => {
  (event as ExtendableEvent).waitUntil(flushAsSession());
});
