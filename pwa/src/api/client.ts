import { networkProblem, Problem, problemOf } from './problem';
import type { Me } from './types';

export interface Send {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  form?: FormData;
  /** Bearer token of a citizen's report; people of the station use their cookie. */
  token?: string;
  idempotency_key?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

let csrf_token: string | null = null;
const answered = new Set<(at: { server: number; sent: number; got: number }) => void>();
const ended = new Set<() => void>();

/** Given by sign-in and `GET /v1/me`; kept in memory only. */
export function keepCsrf(token: string | null): void {
  csrf_token = token;
}
/** Tells of every answer's `Date`, a rough reading of the server's clock. */
export function onAnswer(hear: (at: { server: number; sent: number; got: number }) => void): void {
  answered.add(hear);
}
/** Tells that the session is no longer good (401 on a call that had one). */
export function onSessionEnd(hear: () => void): void {
  ended.add(hear);
}

/** The answer's JSON (undefined for 204), or a `Problem` is thrown. */
export async function send<T>(call: Send): Promise<T> {
  try {
    return await once<T>(call);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== 'csrf') throw problem;
    // The token belongs to the session and the session may be newer than this page.
    keepCsrf((await once<Me>({ method: 'GET', path: '/v1/me' })).csrf_token);
    return once<T>(call);
  }
}

async function once<T>(call: Send): Promise<T> {
  const sent = Date.now();
  const response = await fetch(call.path, {
    method: call.method,
    headers: headersOf(call),
    body: call.form ?? (call.body === undefined ? undefined : JSON.stringify(call.body)),
    credentials: 'same-origin',
    cache: 'no-store',
    signal: call.signal,
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw networkProblem(cause);
  });
  const server = Date.parse(response.headers.get('Date') ?? '');
  if (!Number.isNaN(server)) for (const hear of answered) hear({ server, sent, got: Date.now() });
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.status === 401 && csrf_token && !call.token) for (const hear of ended) hear();
    throw problem;
  }
  if (response.status === 204 || response.headers.get('Content-Length') === '0') return undefined as T;
  return (await response.json()) as T;
}

function headersOf(call: Send): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json', ...call.headers };
  if (call.body !== undefined) headers['Content-Type'] = 'application/json';
  if (call.token) headers.Authorization = `Bearer ${call.token}`;
  else if (csrf_token && call.method !== 'GET') headers['X-CSRF-Token'] = csrf_token;
  if (call.idempotency_key) headers['Idempotency-Key'] = call.idempotency_key;
  return headers;
}

export const get = <T>(path: string, signal?: AbortSignal) => send<T>({ method: 'GET', path, signal });
export const post = <T>(path: string, body: unknown = {}, more: Partial<Send> = {}) =>
  send<T>({ method: 'POST', path, body, ...more });

/** `?a=1&b=2` of what is given; empty when nothing is. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}
