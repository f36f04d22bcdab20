import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NewReport, ReportReceipt } from '../../src/api/types';
import { Draft } from '../../src/features/citizens/report/draft.svelte';
import { Call } from '../../src/features/desk/call.svelte';
import { database, forgetDatabase, type Outgoing } from '../../src/offline/database';
import { settle } from '../../src/offline/deliver';
import { forgetDraft, keepDraft, recallDraft } from '../../src/offline/drafts';
import { forget } from '../../src/offline/snapshots';

beforeEach(async () => {
  await forgetDatabase();
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => vi.useRealTimers());

describe('a form that is being filled in', () => {
  test('is there after a reload, and gone once it is forgotten', async () => {
    await keepDraft('report', { description: 'ควันไฟ' });
    await forgetDatabase();
    expect(await recallDraft('report')).toEqual({ description: 'ควันไฟ' });
    await forgetDraft('report');
    expect(await recallDraft('report')).toBeNull();
  });

  test('is gone after an hour and with the session', async () => {
    await keepDraft('report', { contact: '0812345678' });
    vi.useFakeTimers({ now: Date.now() + 61 * 60_000, toFake: ['Date'] });
    expect(await recallDraft('report')).toBeNull();
    expect(await (await database()).count('snapshots')).toBe(0);
    await keepDraft('incident:me', { caller: '0812345678' });
    await forget();
    expect(await recallDraft('incident:me')).toBeNull();
  });
});

describe("a citizen's report", () => {
  test('comes back with the id it had, so that a second sending is no second report', () => {
    const before = new Draft();
    Object.assign(before, { kind: 'theft', description: 'กระเป๋า', contact: '0812345678' });
    const kept = before.toKept({ lat: 13.7, lon: 100.5 });
    const after = new Draft();
    if (kept) after.fill(kept);
    const place = { lat: 13.7, lon: 100.5, accuracy: null, at: 0 };
    expect(after.toReport(place, 'th')).toEqual(before.toReport(place, 'th'));
    after.clear();
    expect(after.toKept(null)).toBeNull();
    expect(after.id).not.toBe(before.id);
  });

  test('an SOS is not kept: it must not begin again by itself', () => {
    const draft = new Draft();
    draft.kind = 'sos';
    expect(draft.toKept(null)).toBeNull();
  });

  test('leaves no words, number or secret on the phone once it is sent', async () => {
    const report: NewReport = {
      id: 'r',
      secret: 's',
      kind: 'theft',
      lat: 1,
      lon: 2,
      contact: '08',
      description: 'x',
    };
    const db = await database();
    await db.put('reports', { id: 'r', created_at: 0, report, receipt: null, refused: null });
    const item = { id: 'r', lane: 'report:r', path: '/v1/reports' } as Outgoing;
    await settle({ outcome: 'sent', item, answer: { owner_token: 't' } as ReportReceipt });
    const saved = await db.get('reports', 'r');
    expect(saved?.report).toEqual({ id: 'r', kind: 'theft', lat: 1, lon: 2 });
    expect(saved?.receipt?.owner_token).toBe('t');
  });
});

describe('a call at the desk', () => {
  test('is kept from the first word, and is the same incident afterwards', () => {
    const call = new Call();
    expect(call.toKept(true)).toBeNull();
    Object.assign(call.fields, {
      kind: 'crash',
      note: 'รถชนกัน',
      caller: '0812345678',
      lat: 13.7,
      lon: 100.5,
    });
    const kept = call.toKept(true);
    const after = new Call();
    if (kept) after.fill(kept);
    expect(after.toIncident()).toEqual(call.toIncident());
    after.clear();
    expect(after.toKept(true)).toBeNull();
    expect(after.toIncident()).toBeNull();
  });
});
