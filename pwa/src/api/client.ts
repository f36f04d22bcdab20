import createClient from 'openapi-fetch';
import { networkProblem, Problem, problemOf } from './problem';
import type { paths } from './schema';
import type { Me } from './types';

let csrf_token: string | null = null;
const answered = new Set<(at: { server: number; got: number }) => void>();
const ended = new Set<() => void>();
let prove: () => Promise<boolean> = () => Promise.resolve(false);
let demandSecondFactor: () => void = () => undefined;
let hearLocked: () => void = () => undefined;

/** From sign-in and `GET /v1/me`; kept in memory only. */
export function keepCsrf(token: string | null): void {
  csrf_token = token;
}
/** Reports every answer's `Date`, a rough reading of the server's clock. */
export function onAnswer(hear: (at: { server: number; got: number }) => void): void {
  answered.add(hear);
}
/** Reports that the session is no longer valid (401 on a call that had one). */
export function onSessionEnd(hear: () => void): void {
  ended.add(hear);
}

/** `ask` has whoever sits here prove once more who they are; false if they would rather not. */
export function onStepUp(ask: () => Promise<boolean>): void {
  prove = ask;
}
/** Reports that this person's role may do nothing before it has a second factor. */
export function onSecondFactor(hear: () => void): void {
  demandSecondFactor = hear;
}

/** Reports that this screen of the radio room is locked. */
export function onLocked(hear: () => void): void {
  hearLocked = hear;
}

/** Sends one request; throws a `Problem` for everything that is not a success. */
async function transport(request: Request): Promise<Response> {
  try {
    return await once(request.clone());
  } catch (problem) {
    if (!(problem instanceof Problem) || !(await isCured(problem))) throw problem;
    return once(request);
  }
}

/** Whether the same request can succeed now. */
async function isCured({ code }: Problem): Promise<boolean> {
  if (code === 'csrf') {
    // The token belongs to the session, which may be newer than this page.
    const me = await once(new Request(address('/v1/me'), { headers: { Accept: 'application/json' } }));
    keepCsrf(((await me.json()) as Me).csrf_token);
    return true;
  }
  if (code === 'second_factor') demandSecondFactor();
  if (code === 'locked') hearLocked();
  return code === 'step_up' && prove();
}

async function once(request: Request): Promise<Response> {
  const with_token = request.headers.has('Authorization');
  if (csrf_token && !with_token && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrf_token);
  const response = await fetch(request).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw networkProblem(cause);
  });
  const server = Date.parse(response.headers.get('Date') ?? '');
  if (!Number.isNaN(server)) for (const hear of answered) hear({ server, got: Date.now() });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401 && csrf_token && !with_token) for (const hear of ended) hear();
  throw problem;
}

/** Requests in a worker need absolute URLs. */
function address(path: string): string {
  return new URL(path, self.location.origin).href;
}

/** Typed by the server's OpenAPI document. Not cached: the board must be current. */
export const http = createClient<paths>({
  baseUrl: typeof self === 'undefined' ? '' : self.location?.origin,
  credentials: 'same-origin',
  cache: 'no-store',
  fetch: transport,
});

/** The answer's body; anything but a success has already been thrown. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

export interface Send {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  form?: FormData;
  /** Bearer token of a citizen's report; station staff use their cookie. */
  token?: string;
  idempotency_key?: string;
  /** After this the request counts as unanswered. */
  give_up_ms?: number;
}

/** For requests that were stored before they are sent, and for files. */
export async function send<T>(call: Send): Promise<T> {
  const headers = new Headers({ Accept: 'application/json' });
  if (call.body !== undefined) headers.set('Content-Type', 'application/json');
  if (call.token) headers.set('Authorization', `Bearer ${call.token}`);
  if (call.idempotency_key) headers.set('Idempotency-Key', call.idempotency_key);
  const response = await transport(
    new Request(address(call.path), {
      method: call.method,
      headers,
      body: call.form ?? (call.body === undefined ? undefined : JSON.stringify(call.body)),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: call.give_up_ms ? AbortSignal.timeout(call.give_up_ms) : undefined,
    }),
  );
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}
