/// <reference lib="webworker" />
import { keepCsrf, send } from '../api/client';
import type { Me } from '../api/types';
import { isOver, type Push } from './payload';
import { tellPages } from './push';
import { giveReceipt } from './receipts';

declare const self: ServiceWorkerGlobalScope;

/** A touch on the notification or on one of its buttons. */
export async function clicked(notification: Notification, action: string): Promise<void> {
  notification.close();
  const push = notification.data as Push | null;
  if (!push?.data) {
    await openPage(`${self.location.origin}/officer`);
    return;
  }
  const opened = giveReceipt(push, 'opened');
  const taken = action === 'accept' && !isOver(push, Date.now()) && (await accept(push));
  // Whatever happened, the next thing that the officer needs is the page.
  await openPage(push.navigate);
  if (taken) await tellPages(push);
  await opened;
}

/** Accepts with the session's cookie; false when the page has to do it. */
async function accept({ data }: Push): Promise<boolean> {
  if (!data.assignment_id) return false;
  try {
    const me = await send<Me>({ method: 'GET', path: '/v1/me' });
    keepCsrf(me.csrf_token);
    await send({
      method: 'POST',
      path: `/v1/assignments/${encodeURIComponent(data.assignment_id)}/accept`,
      body: { at: new Date().toISOString() },
      // The same for every touch on this offer: a second one has no second effect.
      idempotency_key: data.assignment_id,
    });
    return true;
  } catch {
    return false;
  }
}

async function openPage(address: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const wanted = new URL(address);
  const page = pages.find((one) => new URL(one.url).pathname === wanted.pathname) ?? pages[0];
  if (!page) {
    await self.clients.openWindow(address).catch(() => null);
    return;
  }
  // Browsers allow focus only after a real touch; the message works either way.
  await page.focus().catch(() => undefined);
  page.postMessage({ kind: 'open', path: wanted.pathname + wanted.search });
}
