/// <reference lib="webworker" />
import type { Me } from '../api/types';
import { flushAsSession, tellNews } from '../offline/deliver';
import { put } from '../offline/outbox';
import { recall } from '../offline/snapshots';
import { isOver, type Push } from './payload';
import { giveReceipt } from './receipts';

declare const self: ServiceWorkerGlobalScope;

/** A tap on the notification or one of its buttons. */
export async function clicked(notification: Notification, action: string): Promise<void> {
  notification.close();
  const push = notification.data as Push | null;
  if (!push?.data) {
    await openPage(`${self.location.origin}/officer`);
    return;
  }
  const opened = giveReceipt(push, 'opened');
  if (action === 'accept' && !isOver(push, Date.now())) await accept(push).catch(() => undefined);
  // Whatever happened, the officer needs the page next.
  await openPage(push.navigate);
  await opened;
}

/**
 * Accepts in the officer's name through the outbox: without a signal the acceptance waits there
 * with its time, and the page shows it as not sent. Nothing happens when nobody is signed in.
 */
async function accept({ data }: Push): Promise<void> {
  const owner = (await recall<Me>('me').catch(() => null))?.value.user.id;
  if (!data.assignment_id || !owner) return;
  const id = crypto.randomUUID();
  await put({
    id,
    lane: 'assignments',
    owner,
    method: 'POST',
    path: `/v1/assignments/${encodeURIComponent(data.assignment_id)}/accept`,
    body: { at: new Date().toISOString() },
    idempotent: true,
    step: 'accept',
    assignment_id: data.assignment_id,
  });
  await flushAsSession().catch(() => undefined);
  tellNews({ id, lane: 'assignments', outcome: 'changed' });
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
