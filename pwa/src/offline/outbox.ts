import { database, type Outgoing } from './database';

export type NewOutgoing = Omit<Outgoing, 'seq' | 'created_at' | 'attempts' | 'next_at'>;

const MOST_POSITION_BATCHES = 1000;

/** Stores the request; false if one with the same id is already stored. */
export async function put(item: NewOutgoing, now = Date.now()): Promise<boolean> {
  const db = await database();
  const tx = db.transaction('outbox', 'readwrite');
  if ((await tx.store.index('id').getKey(item.id)) !== undefined) return false;
  await tx.store.add({ ...item, body: plain(item.body), created_at: now, attempts: 0, next_at: 0 });
  await tx.done;
  return true;
}

/** Reactive proxies cannot be stored; what goes over the wire is JSON anyway. */
function plain(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

export async function waiting(): Promise<Outgoing[]> {
  return (await database()).getAll('outbox');
}

export async function waitingIn(lane: string): Promise<Outgoing[]> {
  return (await database()).getAllFromIndex('outbox', 'lane', lane);
}

export async function remove(seq: number): Promise<void> {
  await (await database()).delete('outbox', seq);
}

export async function postpone(item: Outgoing, next_at: number, problem: string): Promise<void> {
  const db = await database();
  await db.put('outbox', { ...item, attempts: item.attempts + 1, next_at, last_problem: problem });
}

/** Makes everything due now, because the network has just come back. */
export async function hurry(): Promise<void> {
  const db = await database();
  const tx = db.transaction('outbox', 'readwrite');
  for (const item of await tx.store.getAll()) {
    if (item.next_at > 0) await tx.store.put({ ...item, next_at: 0 });
  }
  await tx.done;
}

/** A night without network must not fill the phone: the oldest tracks go first, never an action. */
export async function thinPositions(most = MOST_POSITION_BATCHES): Promise<void> {
  const db = await database();
  const tx = db.transaction('outbox', 'readwrite');
  const keys = await tx.store.index('lane').getAllKeys('positions');
  for (const key of keys.slice(0, Math.max(0, keys.length - most))) await tx.store.delete(key);
  await tx.done;
}
