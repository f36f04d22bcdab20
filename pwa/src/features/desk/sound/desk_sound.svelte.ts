import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { LiveEvent } from '../../../live/event_stream';
import type { Message } from '../../../live/leader';
import { server_clock } from '../../../live/now.svelte';
import { allowSound, play, soundAllowed } from '../../../ui/tones';
import { sent_here } from '../../dispatching/messages/message_calls';
import { due, waiting, type Board, type Mute, type Room, type Sound } from './rules';
import { VOICES } from './voices';

const KEPT_AS = 'sipha-desk-sound';
const MOST_SEEN = 300;
const LOOK_MS = 400;
const LOCK = 'sipha-desk-sound';
/** On which `live/leader.ts` passes the stream on to every tab; its name is not imported, so that no officer loads more. */
const STREAM = 'sipha-stream';
type Kept = { mute: Mute | null; seen: string[] };
/** Where this desk is heard: one of the browser's tabs, and none while the browser refuses. */
type Heard = 'unknown' | 'here' | 'elsewhere' | 'refused';

/** What one desk hears; muting and acknowledging hold for all tabs of its browser. */
class DeskSound {
  heard = $state<Heard>('unknown');
  mute = $state<Mute | null>(null);
  board = $state.raw<Omit<Board, 'messages'>>({ alarms: [], cases: [], matches: [], link_lost: false });
  in_call_since = $state<number | null>(null);
  /** The case on the screen: what is written in it is heard once. */
  shown = $state<string | null>(null);
  #seen = new SvelteSet<string>();
  #known = new SvelteSet<string>();
  #messages = new SvelteMap<string, string>();
  #since: Record<string, number> = {};
  #played: Partial<Record<Sound, number>> = {};
  #speaks = false;

  readonly waiting = $derived.by(() => {
    const messages = [...this.#messages].map(([id, incident_id]) => ({ id, incident_id }));
    return waiting({ ...this.board, messages }, this.#known, this.#seen);
  });

  /** Cases that were there before the desk was are no news. */
  know(cases: readonly { id: string }[]): void {
    for (const { id } of cases) this.#known.add(id);
  }

  /** Also what was written in a case so named. Its alarms go on: they are acknowledged by name. */
  acknowledge(...ids: string[]): void {
    const written = this.waiting.filter(
      ({ sound, incident_id }) => sound === 'message' && incident_id && ids.includes(incident_id),
    );
    for (const id of [...ids, ...written.map((one) => one.id)]) this.#seen.add(id);
    this.#keep();
  }

  muteFor(minutes: number, reason: string, by: string): void {
    this.mute = { until: server_clock.now() + minutes * 60_000, reason, by };
    this.#keep();
  }
  unmute(): void {
    this.mute = null;
    this.#keep();
  }

  /** Until the returned function is called. */
  start(): () => void {
    this.#restore();
    const stopped = new AbortController();
    const { signal } = stopped;
    const touch = () => {
      allowSound();
      setTimeout(() => this.#askToSpeak(signal), 0);
    };
    addEventListener('pointerdown', touch, { signal });
    addEventListener('keydown', touch, { signal });
    addEventListener('storage', ({ key }) => key === KEPT_AS && this.#restore(), { signal });
    const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(STREAM);
    channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if ('event' in data) this.#hear(data.event);
    });
    touch();
    const timer = setInterval(() => this.look(signal), LOOK_MS);
    return () => {
      stopped.abort();
      clearInterval(timer);
      channel?.close();
      this.heard = 'unknown';
    };
  }

  look(signal?: AbortSignal): void {
    const at = server_clock.now();
    if (this.mute && at >= this.mute.until) this.unmute();
    for (const { id } of this.waiting) this.#since[id] ??= at;
    if (signal) this.#askToSpeak(signal);
    if (!this.#speaks) return;
    const room: Room = { at, mute: this.mute, in_call_since: this.in_call_since };
    const next = due(
      this.waiting,
      (id) => this.#since[id] ?? at,
      (sound) => this.#played[sound],
      room,
    );
    if (!next) return;
    this.#played[next.sound] = at;
    play(VOICES[next.sound], next.loudness);
    if (next.sound === 'message' && this.shown) this.acknowledge(this.shown);
  }

  #hear({ kind, data }: LiveEvent): void {
    const { subject, incident_id } = data;
    if (kind !== 'message' || typeof subject !== 'string' || typeof incident_id !== 'string') return;
    if (!sent_here.has(subject)) this.#messages.set(subject, incident_id);
  }

  #asked = false;
  #askToSpeak(signal: AbortSignal): void {
    if (signal.aborted) return;
    if (!soundAllowed()) {
      void this.#othersSpeak().then((others) => (this.heard = others ? 'elsewhere' : 'refused'));
      return;
    }
    if (this.#speaks || this.#asked) return;
    if (!('locks' in navigator)) {
      this.#speak(signal);
      return;
    }
    this.#asked = true;
    this.heard = 'elsewhere';
    navigator.locks
      .request(LOCK, { signal }, () => this.#speak(signal))
      .catch(() => undefined)
      .finally(() => (this.#asked = false));
  }
  #speak(signal: AbortSignal): Promise<void> {
    this.#speaks = true;
    this.heard = 'here';
    return new Promise((done) =>
      signal.addEventListener('abort', () => {
        this.#speaks = false;
        done();
      }),
    );
  }
  async #othersSpeak(): Promise<boolean> {
    if (this.#speaks || !('locks' in navigator)) return false;
    const { held } = await navigator.locks.query();
    return held?.some(({ name }) => name === LOCK) ?? false;
  }

  #restore(): void {
    const { mute, seen } = kept();
    this.mute = mute;
    for (const id of seen) this.#seen.add(id);
  }
  #keep(): void {
    const now: Kept = { mute: this.mute, seen: [...this.#seen].slice(-MOST_SEEN) };
    try {
      localStorage.setItem(KEPT_AS, JSON.stringify(now));
    } catch {
      // A private window forgets it with the tab.
    }
  }
}

function kept(): Kept {
  try {
    return { mute: null, seen: [], ...(JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}') as Partial<Kept>) };
  } catch {
    return { mute: null, seen: [] };
  }
}

export const desk_sound = new DeskSound();
