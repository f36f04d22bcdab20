import { describe, expect, test } from 'vitest';
import {
  due,
  loudnessOf,
  SOUNDS,
  waiting,
  type Board,
  type Room,
  type Sound,
  type Waiting,
} from '../../src/features/desk/sound/rules';
import { VOICES } from '../../src/features/desk/sound/voices';

const EMPTY: Board = { alarms: [], cases: [], matches: [], messages: [], link_lost: false };
const NONE = new Set<string>();
const QUIET: Room = { at: 100_000, mute: null, in_call_since: null };
const kase = (id: string, more: Partial<Board['cases'][number]> = {}) => ({
  id,
  reference: `26-${id}`,
  kind: 'theft',
  priority: 2,
  state: 'open',
  ...more,
});
const alarm = (id: string, reason: string, acknowledged_at: string | null = null) => ({
  id,
  incident_id: 'c',
  reference: '26-c',
  reason,
  acknowledged_at,
});
const sounds = (board: Partial<Board>, known = NONE, seen = NONE) =>
  waiting({ ...EMPTY, ...board }, known, seen).map(({ sound }) => sound);

describe('what waits', () => {
  test('the most urgent comes first', () => {
    expect(
      sounds({
        messages: [{ id: 'w', incident_id: 'b' }],
        cases: [kase('b'), kase('p', { priority: 1 }), kase('s', { kind: 'sos', priority: 1 })],
        matches: [{ id: 'm' }],
        alarms: [alarm('a', 'no_taker'), alarm('e', 'officer_emergency')],
        link_lost: true,
      }),
    ).toEqual(['emergency', 'sos', 'urgent', 'alarm', 'link', 'match', 'case', 'message']);
  });

  test('an acknowledged thing is silent, and an alarm that anybody acknowledged is', () => {
    const cases = [kase('s', { kind: 'sos' })];
    expect(sounds({ cases }, NONE, new Set(['s']))).toEqual([]);
    expect(sounds({ alarms: [alarm('e', 'officer_emergency', '2026-11-24T00:00:00Z')] })).toEqual([]);
  });

  test('an SOS sounds until it is acknowledged, a priority 1 until a unit has it', () => {
    const taken = { priority: 1, state: 'en_route' };
    expect(sounds({ cases: [kase('s', { ...taken, kind: 'sos' })] })).toEqual(['sos']);
    expect(sounds({ cases: [kase('p', taken)] })).toEqual([]);
    expect(sounds({ cases: [kase('p', { priority: 1, state: 'offering' })] })).toEqual(['urgent']);
  });

  test('what was there before the desk is no news, unless it cannot wait', () => {
    const known = new Set(['a', 'p']);
    expect(sounds({ cases: [kase('a'), kase('p', { priority: 1 }), kase('n')] }, known)).toEqual([
      'urgent',
      'case',
    ]);
  });

  test("an officer's case sounds by its alarm, and a citizen's word as a message", () => {
    expect(sounds({ cases: [kase('e', { kind: 'officer_emergency', priority: 1 })] })).toEqual([]);
    expect(sounds({ alarms: [alarm('r', 'reporter')] })).toEqual(['message']);
  });
});

describe('how loud', () => {
  const muted: Room = { ...QUIET, mute: { until: 160_000, reason: 'radio', by: 'A' } };

  test('the more urgent is never softer', () => {
    const loud = SOUNDS.map((sound) => loudnessOf(sound, 0, QUIET));
    expect(loud).toEqual([...loud].sort((one, other) => other - one));
    expect(Math.min(...loud)).toBeGreaterThan(0);
  });

  test('muting spares an officer in danger, and ends by itself', () => {
    expect(loudnessOf('sos', 0, muted)).toBe(0);
    expect(loudnessOf('emergency', 0, muted)).toBe(1);
    expect(loudnessOf('sos', 0, { ...muted, at: 160_000 })).toBeGreaterThan(0);
  });

  test('during a call only what cannot wait goes on: soft, then louder', () => {
    const during = (at: number): Room => ({ ...QUIET, at, in_call_since: 100_000 });
    for (const sound of ['alarm', 'link', 'match', 'case', 'message'] as const)
      expect(loudnessOf(sound, 0, during(130_000)), sound).toBe(0);
    const steps = [100_000, 104_999, 105_000, 110_000, 600_000].map((at) => loudnessOf('sos', 0, during(at)));
    expect(steps[0]).toBeGreaterThan(0);
    expect(steps[1]).toBe(steps[0]);
    expect(steps[2]).toBeGreaterThan(steps[1] ?? 1);
    expect(steps[3]).toBeGreaterThan(steps[2] ?? 1);
    expect(steps[4]).toBeLessThan(loudnessOf('sos', 0, QUIET));
    expect(loudnessOf('sos', 120_000, during(120_000))).toBe(steps[0]);
  });
});

describe('when', () => {
  const thing = (id: string, sound: Sound): Waiting => ({ id, sound, incident_id: null, reference: null });
  const ask = (
    things: Waiting[],
    since: Record<string, number>,
    played: Partial<Record<Sound, number>>,
    room = QUIET,
  ) =>
    due(
      things,
      (id) => since[id] ?? 0,
      (sound) => played[sound],
      room,
    )?.sound;

  test('at once, then again and again', () => {
    const sos = [thing('s', 'sos')];
    expect(ask(sos, { s: 100_000 }, {})).toBe('sos');
    expect(ask(sos, { s: 90_000 }, { sos: 99_000 })).toBeUndefined();
    expect(ask(sos, { s: 90_000 }, { sos: 97_000 })).toBe('sos');
  });

  test('a second one of a kind does not wait for the turn of the first', () => {
    expect(ask([thing('a', 'case'), thing('b', 'case')], { a: 90_000, b: 99_500 }, { case: 99_000 })).toBe(
      'case',
    );
  });

  test('one at a time, the most urgent, and a muted one does not stand in the way', () => {
    const both = [thing('s', 'sos'), thing('m', 'match')];
    expect(ask(both, {}, {})).toBe('sos');
    const muted = { ...QUIET, mute: { until: 200_000, reason: 'radio', by: 'A' } };
    expect(ask([...both], {}, {}, muted)).toBeUndefined();
    expect(ask([thing('s', 'sos'), thing('e', 'emergency')], {}, {}, muted)).toBe('emergency');
  });
});

test('no two voices are alike', () => {
  const shapes = SOUNDS.map((sound) => JSON.stringify(VOICES[sound]));
  expect(new Set(shapes).size).toBe(SOUNDS.length);
});
