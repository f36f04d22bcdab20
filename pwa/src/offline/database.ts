import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { NewReport, ReportReceipt } from '../api/types';

/** A request that must reach the server, kept until it is answered. */
export interface Outgoing {
  seq?: number;
  /** Idempotency key, or the object's client-made id: a retry has no second effect. */
  id: string;
  /** Requests of one lane are sent strictly in order; lanes do not wait for each other. */
  lane: string;
  /** The signed-in user it belongs to; null for citizens and push receipts. */
  owner: string | null;
  method: 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  /** Sent as multipart instead of `body`. */
  file?: { field: string; blob: Blob; name: string };
  /** The citizen's report whose owner token must be sent along. */
  report_id?: string;
  idempotent: boolean;
  created_at: number;
  attempts: number;
  next_at: number;
  last_problem?: string;
  /** What the officer's screen shows meanwhile. */
  step?: string;
  assignment_id?: string;
}

export interface SavedReport {
  id: string;
  created_at: number;
  report: NewReport;
  receipt: ReportReceipt | null;
  refused: { code: string; fields: { field: string; message: string }[] } | null;
}

interface Schema extends DBSchema {
  outbox: { key: number; value: Outgoing; indexes: { id: string; lane: string } };
  reports: { key: string; value: SavedReport };
  snapshots: { key: string; value: { key: string; value: unknown; saved_at: number } };
}
export type Database = IDBPDatabase<Schema>;

let opened: Promise<Database> | null = null;

export function database(): Promise<Database> {
  opened ??= openDB<Schema>('sipha', 1, {
    upgrade(db) {
      const outbox = db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      outbox.createIndex('id', 'id', { unique: true });
      outbox.createIndex('lane', 'lane');
      db.createObjectStore('reports', { keyPath: 'id' });
      db.createObjectStore('snapshots', { keyPath: 'key' });
    },
    terminated() {
      opened = null;
    },
  });
  // Do not cache a failed open.
  opened.catch(() => (opened = null));
  return opened;
}

/** For tests only: the next call reopens the database. */
export async function forgetDatabase(): Promise<void> {
  (await opened)?.close();
  opened = null;
}
