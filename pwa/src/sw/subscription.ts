/// <reference lib="webworker" />
import { keepCsrf, send } from '../api/client';
import type { Me } from '../api/types';

declare const self: ServiceWorkerGlobalScope;

export interface PushSubscriptionChangeEvent extends ExtendableEvent {
  oldSubscription?: PushSubscription | null;
  newSubscription?: PushSubscription | null;
}

/** The browser has changed this phone's push endpoint: tell the server at once. */
export async function renewSubscription(event: PushSubscriptionChangeEvent): Promise<void> {
  const key = event.oldSubscription?.options.applicationServerKey ?? (await serverKey());
  const fresh =
    event.newSubscription ??
    (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys } = fresh.toJSON();
  const me = await send<Me>({ method: 'GET', path: '/v1/me' });
  keepCsrf(me.csrf_token);
  await send({
    method: 'PUT',
    path: '/v1/push/subscription',
    body: { endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth } },
  });
}

async function serverKey(): Promise<string> {
  return (await send<{ key: string }>({ method: 'GET', path: '/v1/push/key' })).key;
}
