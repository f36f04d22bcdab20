import type { Outgoing } from './database';
import { flush, onOutboxNews, tellNews, type OutboxNews } from './deliver';
import * as outbox from './outbox';

const EVERY_MS = 4000;
const SYNC_TAG = 'sipha-outbox';
/** What an officer did, and must hear of if it was refused. */
const OFFICERS_OWN = new Set(['assignments', 'emergency']);

const state = $state({ items: [] as Outgoing[], refused: [] as OutboxNews[] });
let owner: string | null = null;

/** This browser's unacknowledged requests. */
export const sending = {
  get items() {
    return state.items;
  },
  get refused() {
    return state.refused;
  },
};

export function dismissRefused(id: string): void {
  state.refused = state.refused.filter((news) => news.id !== id);
}

/** Whose actions this page may send. */
export function sendAs(user_id: string | null): void {
  owner = user_id;
  void sendNow();
}

/** Stores the request first, then tries to send it at once; never waits for a service worker. */
export async function enqueue(item: outbox.NewOutgoing): Promise<void> {
  await outbox.put(item);
  tellNews({ id: item.id, lane: item.lane, outcome: 'changed' });
  void sendNow();
  void askForSync();
}

export async function sendNow(): Promise<void> {
  await flush(owner).catch(() => undefined);
  await reread();
}

async function reread(): Promise<void> {
  state.items = await outbox.waiting().catch(() => state.items);
}

/** If the browser supports it, the request goes out even after the page is closed. */
async function askForSync(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  const sync = (registration as { sync?: { register: (tag: string) => Promise<void> } } | undefined)?.sync;
  await sync?.register(SYNC_TAG).catch(() => undefined);
}

export function startOutbox(): void {
  onOutboxNews((news) => {
    if (news.outcome === 'refused' && OFFICERS_OWN.has(news.lane)) state.refused = [...state.refused, news];
    // Another tab or the service worker has added something; whichever is awake sends it.
    if (news.outcome === 'changed') void sendNow();
    else void reread();
  });
  const again = async () => {
    await outbox.hurry().catch(() => undefined);
    await sendNow();
  };
  addEventListener('online', () => void again());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sendNow();
  });
  setInterval(() => {
    if (state.items.length > 0) void sendNow();
  }, EVERY_MS);
  void sendNow();
}
