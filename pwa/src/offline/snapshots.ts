import { database } from './database';

/** Remembers the last known value of a thing, so that a reload in a tunnel still shows it. */
export async function remember(key: string, value: unknown): Promise<void> {
  const db = await database();
  // JSON first: reactive proxies cannot be cloned into IndexedDB.
  await db.put('snapshots', { key, value: JSON.parse(JSON.stringify(value)), saved_at: Date.now() });
}

export async function recall<T>(key: string): Promise<{ value: T; saved_at: number } | null> {
  const found = await (await database()).get('snapshots', key).catch(() => undefined);
  return found ? { value: found.value as T, saved_at: found.saved_at } : null;
}

export async function forget(): Promise<void> {
  await (await database()).clear('snapshots');
}
