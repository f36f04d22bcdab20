import { database } from './database';

/** After this nobody returns to a form, and whoever then holds the phone should not read it. */
const KEPT_MS = 60 * 60 * 1000;
const name = (form: string) => `draft:${form}`;

/** What somebody has typed into a form, kept on this phone only, so that a reload loses nothing. Photos stay files. */
export async function keepDraft(form: string, value: object): Promise<void> {
  await (await database()).put('snapshots', { key: name(form), value, saved_at: Date.now() });
}

export async function recallDraft<T>(form: string): Promise<T | null> {
  const db = await database();
  const found = await db.get('snapshots', name(form));
  if (!found) return null;
  if (Date.now() - found.saved_at <= KEPT_MS) return found.value as T;
  await db.delete('snapshots', name(form));
  return null;
}

export async function forgetDraft(form: string): Promise<void> {
  await (await database()).delete('snapshots', name(form));
}
