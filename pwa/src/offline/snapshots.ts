import { database } from './database';

/** Remembers the last known value of a thing, so that a reload in a tunnel still shows it. */
export async function remember(key: string, value: unknown): Promise<void> {
  const db = await database();
  // JSON first: reactive proxies cannot be cloned into IndexedDB.
  await db.put('snapshots', { key, value: JSON.parse(JSON.stringify(value)), saved_at: Date.now() });
}

/** As long as a session: a phone lost without a network shows nothing after that. */
export const KEPT_MS = 13 * 3600 * 1000;

/** Null also for a value that is too old, which is deleted. */
export async function recall<T>(key: string): Promise<{ value: T; saved_at: number } | null> {
  const db = await database();
  const found = await db.get('snapshots', key).catch(() => undefined);
  if (!found) return null;
  if (Math.abs(Date.now() - found.saved_at) > KEPT_MS) {
    await db.delete('snapshots', key).catch(() => undefined);
    return null;
  }
  return { value: found.value as T, saved_at: found.saved_at };
}

export async function forget(): Promise<void> {
  await (await database()).clear('snapshots');
}
