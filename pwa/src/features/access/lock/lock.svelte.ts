import { session as calls } from '../../../api/calls';
import { Problem } from '../../../api/problem';
import type { Me } from '../../../api/types';
import { server_clock } from '../../../live/now.svelte';

/** A radio room's screen that nobody has touched for so long locks itself. */
export const IDLE_MS = 30 * 60_000;
const LOOK_MS = 5_000;
const state = $state({ locked: false });

/** A locked screen of the radio room goes on showing and sounding, and does nothing. */
export const lock = {
  get locked() {
    return state.locked;
  },
};

/** The browser's other tabs lock and open with this one. */
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('sipha-screen');

let hearTaken: () => void = () => undefined;
tabs?.addEventListener('message', ({ data }) => {
  if (data === 'taken') hearTaken();
  else if (locks_at !== null) state.locked = true;
});

let locks_at: number | null = null;
let touched_at = Date.now();
let looking: ReturnType<typeof setInterval> | null = null;
/** Locked here, and the server does not know it yet. */
let owed = false;
const touch = () => (touched_at = Date.now());

/** From now on this person's screen may lock, if it is one of the radio room; nobody: no more. `taken` hears that
 * somebody has taken it over in another tab. */
export function mayLock(me: Me | null, taken: () => void): void {
  hearTaken = taken;
  locks_at = me?.locks_at ? Date.parse(me.locks_at) : null;
  state.locked = locks_at !== null && locks_at <= server_clock.now();
  owed = false;
  touch();
  if (locks_at !== null && looking === null) {
    for (const kind of ['pointerdown', 'keydown'] as const) addEventListener(kind, touch, { passive: true });
    looking = setInterval(look, LOOK_MS);
  }
  if (locks_at === null && looking !== null) {
    for (const kind of ['pointerdown', 'keydown'] as const) removeEventListener(kind, touch);
    clearInterval(looking);
    looking = null;
  }
}

/** Also when the server says so first. */
export function showLocked(): void {
  state.locked = true;
}

/** Shown as locked at once; told to the server as soon as it can be reached. */
export async function lockNow(): Promise<void> {
  state.locked = owed = true;
  tabs?.postMessage('locked');
  await tell();
}

async function tell(): Promise<void> {
  await calls.lock().then(
    () => (owed = false),
    (problem: unknown) => (owed = problem instanceof Problem && problem.temporary),
  );
}

export function tellTaken(): void {
  tabs?.postMessage('taken');
}

function look(): void {
  if (owed) void tell();
  if (state.locked || locks_at === null) return;
  if (server_clock.now() >= locks_at) state.locked = true;
  else if (Date.now() - touched_at >= IDLE_MS) void lockNow();
}
