/** What a desk can hear, the most urgent first. */
export const SOUNDS = ['emergency', 'sos', 'urgent', 'alarm', 'link', 'match', 'case', 'message'] as const;
export type Sound = (typeof SOUNDS)[number];

/** How loud, from 0 to 1, and how often until it is acknowledged. */
const RULES: Record<Sound, { loudness: number; every_ms: number }> = {
  emergency: { loudness: 1, every_ms: 1600 },
  sos: { loudness: 0.9, every_ms: 2400 },
  urgent: { loudness: 0.8, every_ms: 3600 },
  alarm: { loudness: 0.6, every_ms: 5000 },
  link: { loudness: 0.5, every_ms: 10_000 },
  match: { loudness: 0.4, every_ms: 20_000 },
  case: { loudness: 0.4, every_ms: 30_000 },
  message: { loudness: 0.25, every_ms: 30_000 },
};
/** These go on while a call is taken. */
export const URGENT: ReadonlySet<Sound> = new Set(['emergency', 'sos', 'urgent']);
/** An officer in danger is heard whatever the room has asked for. */
const UNMUTABLE: ReadonlySet<Sound> = new Set(['emergency']);
const NOT_TAKEN = new Set(['open', 'offering']);

/** Something that waits for somebody at this desk. */
export interface Waiting {
  /** Of the alarm, the case, the match or the message. */
  id: string;
  sound: Sound;
  incident_id: string | null;
  reference: string | null;
}
export interface Mute {
  until: number;
  reason: string;
  by: string;
}
export interface Room {
  at: number;
  mute: Mute | null;
  /** When the call that is being taken was begun. */
  in_call_since: number | null;
}
export interface Alarmed {
  id: string;
  incident_id: string;
  reference: string;
  reason: string;
  acknowledged_at: string | null;
}
export interface Case {
  id: string;
  reference: string;
  kind: string;
  priority: number;
  state: string;
}
export interface Board {
  alarms: readonly Alarmed[];
  cases: readonly Case[];
  matches: readonly { id: string }[];
  /** Cases in which somebody has written. */
  messages: readonly { id: string; incident_id: string }[];
  link_lost: boolean;
}

export const isMuted = ({ at, mute }: Room) => mute !== null && at < mute.until;

/** Everything nobody has acknowledged, the most urgent first. `known`: cases that are no news to this desk; of
 * these, an SOS and an untaken priority 1 sound even so. */
export function waiting(board: Board, known: ReadonlySet<string>, seen: ReadonlySet<string>): Waiting[] {
  const reference = new Map(board.cases.map((one) => [one.id, one.reference]));
  const found: Waiting[] = [
    ...board.alarms
      .filter((alarm) => alarm.acknowledged_at === null)
      .map((alarm) => ({ ...alarm, sound: soundOf(alarm) })),
    ...board.cases.flatMap((one) => {
      const sound = newsOf(one, known);
      return sound ? [{ id: one.id, sound, incident_id: one.id, reference: one.reference }] : [];
    }),
    ...board.matches.map(({ id }) => ({ id, sound: 'match' as const, incident_id: null, reference: null })),
    ...board.messages.map(({ id, incident_id }) => ({
      id,
      sound: 'message' as const,
      incident_id,
      reference: reference.get(incident_id) ?? null,
    })),
    ...(board.link_lost ? [{ id: 'link', sound: 'link' as const, incident_id: null, reference: null }] : []),
  ];
  return found
    .filter(({ id }) => !seen.has(id))
    .map(({ id, sound, incident_id, reference }) => ({ id, sound, incident_id, reference }))
    .sort((one, other) => SOUNDS.indexOf(one.sound) - SOUNDS.indexOf(other.sound));
}

function soundOf({ reason }: Alarmed): Sound {
  if (reason === 'officer_emergency') return 'emergency';
  return reason === 'reporter' ? 'message' : 'alarm';
}

function newsOf(one: Case, known: ReadonlySet<string>): Sound | null {
  // Its alarm sounds.
  if (one.kind === 'officer_emergency') return null;
  if (one.kind === 'sos') return 'sos';
  if (!NOT_TAKEN.has(one.state)) return null;
  if (one.priority === 1) return 'urgent';
  return known.has(one.id) ? null : 'case';
}

/** From 0, which is silence, to 1. `since`: when it began to wait at this desk. */
export function loudnessOf(sound: Sound, since: number, room: Room): number {
  if (isMuted(room) && !UNMUTABLE.has(sound)) return 0;
  const { loudness } = RULES[sound];
  if (room.in_call_since === null) return loudness;
  if (!URGENT.has(sound)) return 0;
  return loudness * climbed((room.at - Math.max(since, room.in_call_since)) / 1000);
}

/** Soft at first, so that the caller is understood; a step louder for each 5 s that nobody acknowledges it. */
const climbed = (seconds: number) => Math.min(0.9, 0.3 + 0.15 * Math.floor(Math.max(0, seconds) / 5));

/** What is to be played now: of several that are due, only the most urgent. `played`: when each sounded last. */
export function due(
  things: readonly Waiting[],
  since: (id: string) => number,
  played: (sound: Sound) => number | undefined,
  room: Room,
): { sound: Sound; loudness: number } | null {
  for (const { id, sound } of things) {
    const loudness = loudnessOf(sound, since(id), room);
    if (loudness === 0) continue;
    const last = played(sound);
    const fresh = last === undefined || since(id) > last;
    if (fresh || room.at - last >= RULES[sound].every_ms) return { sound, loudness };
  }
  return null;
}
