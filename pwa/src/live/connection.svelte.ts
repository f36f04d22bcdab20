import { onAnswer } from '../api/client';
import type { Station } from '../api/types';
import { onOutboxNews } from '../offline/deliver';
import { moveUnits, refresh, refreshAll, takeAssignment } from './changes';
import type { LiveEvent } from './event_stream';
import { affected, keys } from './keys';
import { shareStream } from './leader';
import { server_clock } from './now.svelte';

type Stream = 'off' | 'connecting' | 'open' | 'down';
const state = $state({
  stream: 'off' as Stream,
  /** When the stream went down, by this device's clock. */
  down_since: null as number | null,
  jobs_silent: false,
  clock_error_seconds: null as number | null,
  /** Contradictions in the server's records, and whether nobody looks for them any more. */
  findings: 0,
  doctor_silent: false,
  /** Restored from a backup: nothing is dispatched until somebody says so. */
  restored: false,
  online: typeof navigator === 'undefined' ? true : navigator.onLine,
});

/** What the banners on every staff screen show. */
export const connection = {
  get stream() {
    return state.stream;
  },
  get down_since() {
    return state.down_since;
  },
  get jobs_silent() {
    return state.jobs_silent;
  },
  get clock_error_seconds() {
    return state.clock_error_seconds;
  },
  get findings() {
    return state.findings;
  },
  get doctor_silent() {
    return state.doctor_silent;
  },
  get restored() {
    return state.restored;
  },
  get online() {
    return state.online;
  },
};

let stop: (() => void) | null = null;
let first_opening = true;

export function goLive(signed_out: () => void): void {
  if (stop) return;
  state.stream = 'connecting';
  first_opening = true;
  stop = shareStream({
    event: (event) => (event.kind === 'signed_out' ? signed_out() : take(event)),
    health,
  });
}

export function goQuiet(): void {
  stop?.();
  stop = null;
  Object.assign(state, {
    stream: 'off',
    down_since: null,
    jobs_silent: false,
    clock_error_seconds: null,
    findings: 0,
    doctor_silent: false,
    restored: false,
  });
}

function health(now: 'open' | 'down'): void {
  if (now === 'open') {
    if (state.stream !== 'open' && !first_opening) refreshAll();
    first_opening = false;
    Object.assign(state, { stream: 'open', down_since: null });
  } else if (state.stream !== 'down') {
    Object.assign(state, { stream: 'down', down_since: Date.now() });
  }
}

function take(event: LiveEvent): void {
  if (event.kind === 'heartbeat') {
    server_clock.observe(Date.parse(String(event.data.now)), Date.now());
    const silent = event.data.jobs_silent === true;
    if (silent !== state.jobs_silent) refresh(keys.station());
    state.jobs_silent = silent;
    const error = event.data.clock_error_seconds;
    state.clock_error_seconds = typeof error === 'number' ? error : null;
    state.findings = Number(event.data.findings ?? 0);
    state.doctor_silent = event.data.doctor_silent === true;
    state.restored = event.data.restored === true;
  } else if (event.kind === 'resync') refreshAll();
  else if (event.kind === 'positions') moveUnits(event.data.items);
  else refresh(...affected(event));
}

/** From the station's own answer, until the first heartbeat. */
export function hearStation(station: Station): void {
  server_clock.observe(Date.parse(station.now), Date.now());
  if (state.stream === 'open') return;
  state.jobs_silent = station.jobs_silent === true;
  state.clock_error_seconds = station.clock_error_seconds;
}

export function startConnection(): void {
  addEventListener('online', () => (state.online = true));
  addEventListener('offline', () => (state.online = false));
  // Whole seconds, with an unknown network delay: good enough until a heartbeat.
  onAnswer(({ server, got }) => server_clock.observe(server, got));
  onOutboxNews((news) => {
    if (news.lane !== 'assignments' || news.outcome === 'changed') return;
    if (news.outcome === 'sent') takeAssignment(news.answer);
    refresh(keys.current());
  });
}
