import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStream, type LiveEvent } from '../../src/live/event_stream';

type Listener = (message: { data: string; lastEventId: string }) => void;

/** The browser's, which Node lacks; `say` is the server. */
class Source {
  static readonly CLOSED = 2;
  static opened: Source[] = [];
  readyState = 1;
  onopen?: () => void;
  onerror?: () => void;
  private readonly hearers = new Map<string, Listener>();
  constructor(readonly url: string) {
    Source.opened.push(this);
  }
  addEventListener(kind: string, hear: Listener) {
    this.hearers.set(kind, hear);
  }
  say(kind: string, id = '') {
    this.hearers.get(kind)?.({ data: '{}', lastEventId: id });
  }
  close() {
    this.readyState = Source.CLOSED;
  }
}
const latest = () => Source.opened[Source.opened.length - 1] as Source;

let heard: LiveEvent[];
let last_id: string | null;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Source);
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  heard = [];
  last_id = null;
  const event = (message: LiveEvent) => {
    last_id = message.id ?? last_id;
    heard.push(message);
  };
  stop = openStream({ event, health: () => undefined }, () => last_id);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const kinds = () => heard.map((event) => event.kind);

test('what was loaded before a stream without a cursor began is loaded again, once', () => {
  latest().onopen?.();
  expect(kinds()).toEqual([]);
  latest().say('heartbeat', '1-1');
  latest().say('incident', '1-2');
  expect(kinds()).toEqual(['heartbeat', 'resync', 'incident']);
});

test('a stream that was cut goes on from the last id it delivered', () => {
  latest().say('heartbeat', '1-1');
  latest().onerror?.();
  vi.advanceTimersByTime(2000);
  expect(latest().url).toBe('/v1/stream?last_event_id=1-1');
  heard = [];
  latest().say('heartbeat');
  latest().onerror?.();
  vi.advanceTimersByTime(4000);
  expect(latest().url).toBe('/v1/stream?last_event_id=1-1');
  expect(kinds()).toEqual(['heartbeat']);
});

test('a stream that was cut before its first message has still nothing to go on from', () => {
  latest().onerror?.();
  vi.advanceTimersByTime(2000);
  expect(latest().url).toBe('/v1/stream');
  latest().say('heartbeat', '1-5');
  expect(kinds()).toEqual(['heartbeat', 'resync']);
});
