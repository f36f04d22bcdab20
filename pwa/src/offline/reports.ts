import type { NewReport } from '../api/types';
import { database, type SavedReport } from './database';
import { enqueue } from './outbox.svelte';

/** Stores the report on the phone first; it is sent now or when there is a signal, and never lost. */
export async function submitReport(report: NewReport, photos: File[] = []): Promise<void> {
  const db = await database();
  await db.put('reports', { id: report.id, created_at: Date.now(), report, receipt: null, refused: null });
  await enqueue({
    id: report.id,
    lane: `report:${report.id}`,
    owner: null,
    method: 'POST',
    path: '/v1/reports',
    body: report,
    idempotent: false,
  });
  for (const photo of photos) await followUp(report.id, 'photos', undefined, photo);
}

/** A message, a new position, "I am safe" or a cancellation, after the report in its lane. */
export async function followUp(
  report_id: string,
  what: 'photos' | 'position' | 'message' | 'safe' | 'cancel',
  body?: Record<string, unknown>,
  photo?: File,
): Promise<void> {
  await enqueue({
    id: crypto.randomUUID(),
    lane: `report:${report_id}`,
    owner: null,
    method: 'POST',
    path: `/v1/reports/${encodeURIComponent(report_id)}/${what}`,
    body: photo ? undefined : (body ?? {}),
    file: photo ? { field: 'photo', blob: photo, name: photo.name || 'photo.jpg' } : undefined,
    report_id,
    idempotent: true,
    step: what,
  });
}

export async function savedReport(id: string): Promise<SavedReport | undefined> {
  return (await database()).get('reports', id);
}

export async function savedReports(): Promise<SavedReport[]> {
  const all = await (await database()).getAll('reports');
  return all.sort((a, b) => b.created_at - a.created_at);
}

/** Keeps the token of a tracking link opened on another phone, so that messages can be queued. */
export async function keepOwner(id: string, owner_token: string): Promise<void> {
  const db = await database();
  if (await db.get('reports', id)) return;
  const receipt = { id, reference: '', owner_token, share_token: '', covered: true, target_seconds: 0 };
  const report = { id, kind: 'other' as const, lat: 0, lon: 0 };
  await db.put('reports', { id, created_at: Date.now(), report, receipt, refused: null });
}
