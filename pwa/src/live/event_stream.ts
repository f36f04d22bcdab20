import { isSilent, reconnectDelay } from './watchdog';

export const KINDS = [
  'alert',
  'incident',
  'assignment',
  'unit',
  'alarm',
  'report',
  'watchlist',
  'camera',
  'message',
  'caller_location',
  'closure',
  'oversight',
  'proposal',
  'station',
  'positions',
  'heartbeat',
  'resync',
  'signed_out',
] as const;
export type Kind = (typeof KINDS)[number];

export interface LiveEvent {
  kind: Kind;
  id: string | null;
  data: Record<string, unknown>;
}
export interface Hear {
  event: (event: LiveEvent) => void;
  /** `open` once the server answers; `down` as soon as it does not. */
  health: (health: 'open' | 'down') => void;
}

/** The client's own event: reload everything. */
const RESYNC: LiveEvent = { kind: 'resync', id: null, data: {} };

/**
 * One EventSource that never gives up: it is recreated with back-off, because the browser's own
 * stops for good on a 503, and a silent one is discarded after 15 s. A stream
 * that starts without a cursor has news only from its first message on, so what was loaded before is
 * loaded again. Returns the stop function.
 */
export function openStream(hear: Hear, last_event_id: () => string | null): () => void {
  let source: EventSource | null = null;
  let attempt = 0;
  let last_sign = Date.now();
  let retry: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let fresh = false;

  const connect = () => {
    const cursor = last_event_id();
    fresh = cursor === null;
    const url = cursor ? `/v1/stream?last_event_id=${encodeURIComponent(cursor)}` : '/v1/stream';
    source = new EventSource(url);
    last_sign = Date.now();
    source.onopen = () => {
      last_sign = Date.now();
      hear.health('open');
    };
    source.onerror = () => again();
    for (const kind of KINDS) source.addEventListener(kind, (message) => take(kind, message));
  };
  const take = (kind: Kind, message: MessageEvent<string>) => {
    last_sign = Date.now();
    attempt = 0;
    hear.health('open');
    hear.event({ kind, id: message.lastEventId || null, data: parse(message.data) });
    if (fresh) hear.event(RESYNC);
    fresh = false;
  };
  const again = () => {
    if (stopped) return;
    source?.close();
    hear.health('down');
    clearTimeout(retry);
    retry = setTimeout(connect, reconnectDelay(attempt++, Math.random()));
  };
  const watchdog = setInterval(() => {
    if (source?.readyState !== EventSource.CLOSED && isSilent(last_sign, Date.now())) again();
  }, 1000);
  const online = () => {
    attempt = 0;
    again();
  };
  addEventListener('online', online);
  connect();
  return () => {
    stopped = true;
    clearInterval(watchdog);
    clearTimeout(retry);
    removeEventListener('online', online);
    source?.close();
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
