/// <reference lib="webworker" />
import { notificationOf, readPush, type Push } from './payload';
import { giveReceipt } from './receipts';

declare const self: ServiceWorkerGlobalScope;

/** Every push shows something, whatever it holds; receipts come afterwards and never delay it. */
export async function received(message: PushMessageData | null): Promise<void> {
  const push = readPush(parse(message), self.location.origin);
  const delivered = giveReceipt(push, 'delivered');
  if (push.data.kind === 'withdrawn') await closeOffer(push);
  const { title, options } = notificationOf(push, Date.now());
  await self.registration.showNotification(title, options);
  await Promise.all([delivered, giveReceipt(push, 'shown'), tellPages(push)]);
}

function parse(message: PushMessageData | null): unknown {
  try {
    return message?.json() ?? null;
  } catch {
    return null;
  }
}

/** The job is gone, so its notification must go too. */
async function closeOffer(push: Push): Promise<void> {
  for (const notification of await self.registration.getNotifications()) {
    const shown = notification.data as Push | null;
    const same_job = shown?.data?.assignment_id && shown.data.assignment_id === push.data.assignment_id;
    if (notification.tag === push.tag || same_job) notification.close();
  }
}

async function tellPages(push: Push): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const page of pages) page.postMessage({ kind: 'push', push_kind: push.data.kind });
}
