import { keepCsrf, send } from '../api/client';
import { Problem } from '../api/problem';
import type { Me, NewReport, ReportReceipt } from '../api/types';
import { database, type Outgoing } from './database';
import { drainLane, lanesOf, type Settled } from './sender';

const CHANNEL = 'sipha-outbox';
const WAIT_MS = 15_000;
const FILE_WAIT_MS = 120_000;

/** Sends one stored request. Runs in pages and in the service worker alike. */
export async function deliver(item: Outgoing): Promise<unknown> {
  const token = item.report_id ? await ownerToken(item.report_id) : undefined;
  const form = item.file ? new FormData() : undefined;
  if (form && item.file) form.set(item.file.field, item.file.blob, item.file.name);
  return send<unknown>({
    method: item.method,
    path: item.path,
    body: form ? undefined : item.body,
    form,
    token,
    idempotency_key: item.idempotent ? item.id : undefined,
    // A hanging request would block its lane for ever.
    give_up_ms: item.file ? FILE_WAIT_MS : WAIT_MS,
  });
}

async function ownerToken(report_id: string): Promise<string> {
  const saved = await (await database()).get('reports', report_id);
  // Lanes are ordered, so a follow-up without a token belongs to a refused report.
  if (!saved?.receipt) throw new Problem(404, 'not_found');
  return saved.receipt.owner_token;
}

/** Stores the result, then tells every open page. */
export async function settle(settled: Settled): Promise<void> {
  const { item } = settled;
  if (item.path === '/v1/reports') {
    const db = await database();
    const saved = await db.get('reports', item.id);
    if (saved && settled.outcome === 'sent') {
      const receipt = settled.answer as ReportReceipt;
      await db.put('reports', { ...saved, report: withoutWords(saved.report), receipt, refused: null });
    } else if (saved && settled.outcome === 'refused') {
      const { code, fields } = settled.problem;
      await db.put('reports', { ...saved, refused: { code, fields } });
    }
  }
  tell(settled);
}

/** Once sent, the phone keeps only what it needs to find the report again: no words, number or secret. */
function withoutWords({ id, kind, lat, lon }: NewReport): NewReport {
  return { id, kind, lat, lon };
}

export interface OutboxNews {
  id: string;
  step?: string;
  assignment_id?: string;
  lane: string;
  outcome: 'sent' | 'refused' | 'changed';
  code?: string;
  state?: string | null;
  /** The server's answer to an officer's step. */
  answer?: unknown;
}
const hearers = new Set<(news: OutboxNews) => void>();
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);
channel?.addEventListener('message', (event) => {
  for (const hear of hearers) hear(event.data as OutboxNews);
});

export function onOutboxNews(hear: (news: OutboxNews) => void): () => void {
  hearers.add(hear);
  return () => hearers.delete(hear);
}

export function tellNews(news: OutboxNews): void {
  channel?.postMessage(news);
  for (const hear of hearers) hear(news);
}

function tell(settled: Settled): void {
  const { id, step, assignment_id, lane } = settled.item;
  const result =
    settled.outcome === 'refused'
      ? { code: settled.problem.code, state: settled.problem.state }
      : { answer: lane === 'assignments' ? settled.answer : undefined };
  tellNews({ id, step, assignment_id, lane, outcome: settled.outcome, ...result });
}

const running = new Map<string, { again: boolean; done: Promise<void> }>();

/** Sends what is waiting. Lanes run in parallel, so a slow photo never holds up an acceptance. */
export async function flush(owner: string | null): Promise<void> {
  await Promise.all((await lanesOf(owner)).map((lane) => flushLane(lane, owner)));
}

function flushLane(lane: string, owner: string | null): Promise<void> {
  const present = running.get(lane);
  if (present) {
    // Requests added meanwhile are not in the list being sent, so go round once more.
    present.again = true;
    return present.done;
  }
  const run = { again: false, done: Promise.resolve() };
  const work = async () => {
    do {
      run.again = false;
      await exclusively(lane, () => drainLane(lane, { deliver, settle, owner }));
    } while (run.again);
  };
  run.done = work().finally(() => running.delete(lane));
  running.set(lane, run);
  return run.done;
}

/** Only one page or worker of this browser at a time, so that nothing is sent twice or out of order. */
async function exclusively(lane: string, work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  await navigator.locks.request(`sipha-outbox:${lane}`, work);
}

/** The service worker has no page to ask who is signed in, so it asks for the session. */
export async function flushAsSession(): Promise<void> {
  const me = await send<Me>({ method: 'GET', path: '/v1/me' }).catch(() => null);
  if (me) keepCsrf(me.csrf_token);
  await flush(me?.user.id ?? null);
}
