import { describe, expect, it } from 'vitest';
import type { Alarm, Emergency, Incident } from '../../src/api/types';
import { farFrom } from '../../src/features/dispatching/job/far';
import { placeWord, safetyWord, whose } from '../../src/features/desk/emergency_text';
import { byLoudness, byUrgency, byWaiting, waitsForWord } from '../../src/features/desk/order';

const NOW = Date.parse('2026-08-03T07:00:00Z');
const SCENE = { lat: 13.77, lon: 100.57 };
const fix = (north_m: number, more = {}) => ({
  at: '2026-08-03T06:59:50Z',
  lat: SCENE.lat + north_m / 111_195,
  lon: SCENE.lon,
  accuracy: 10,
  ...more,
});

describe('an arrival far from the scene', () => {
  it('is asked about, and one close by is not', () => {
    expect(farFrom(fix(500), SCENE, NOW)).toBeCloseTo(500, -1);
    expect(farFrom(fix(150), SCENE, NOW)).toBeNull();
    expect(farFrom({ ...fix(0), lon: SCENE.lon + 0.005 }, SCENE, NOW)).toBeCloseTo(540, -1);
  });
  it('is not asked about when nobody knows where the phone is', () => {
    expect(farFrom(null, SCENE, NOW)).toBeNull();
    expect(farFrom(fix(500, { at: '2026-08-03T06:58:00Z' }), SCENE, NOW)).toBeNull();
    expect(farFrom(fix(500, { accuracy: 300 }), SCENE, NOW)).toBeNull();
  });
});

describe('reports that wait for a word', () => {
  const report = (more: Partial<Incident>): Incident =>
    ({
      state: 'open',
      dispatching: false,
      verified: false,
      priority: 1,
      received_at: '2026-08-03T06:59:00Z',
      offered_by_itself_at: null,
      ...more,
    }) as Incident;
  it('are those on which nobody has decided', () => {
    expect(waitsForWord(report({}))).toBe(true);
    for (const more of [{ dispatching: true }, { verified: true }, { state: 'closed' as const }])
      expect(waitsForWord(report(more))).toBe(false);
  });
  it('stand in the order in which something happens by itself', () => {
    const soon = report({ offered_by_itself_at: '2026-08-03T07:00:10Z' });
    const later = report({ offered_by_itself_at: '2026-08-03T07:00:40Z' });
    const never = report({ priority: 1 });
    const least = report({ priority: 3, received_at: '2026-08-03T06:00:00Z' });
    expect([least, never, later, soon].sort(byWaiting)).toEqual([soon, later, never, least]);
  });
});

describe('an officer in danger', () => {
  const emergency = (more = {}) =>
    ({
      officer: 'ส.ต.ท. หนึ่ง',
      callsign: '11',
      crew: ['ส.ต.ท. หนึ่ง', 'ส.ต.ท. สอง'],
      located: 'given',
      fix_at: '2026-08-03T06:58:00Z',
      safe_at: null,
      safe_by: null,
      safe_word: null,
      over_at: null,
      ...more,
    }) as Emergency;
  const one = (more: Partial<Incident>) =>
    ({ state: 'on_scene', priority: 1, due_at: '2026-08-03T07:00:00Z', ...more }) as Incident;
  it('comes before whatever nobody has taken, until the word of safety', () => {
    const open = one({ state: 'open' });
    const danger = one({ emergency: emergency() });
    const over = one({ emergency: emergency({ over_at: '2026-08-03T07:00:00Z' }) });
    expect([over, open, danger].sort(byUrgency)).toEqual([danger, open, over]);
  });
  it('is the first of the alarms', () => {
    const alarm = (reason: string) => ({ reason }) as Alarm;
    const [late, help] = [alarm('forecast_late'), alarm('officer_emergency')];
    expect([late, help].sort(byLoudness)).toEqual([help, late]);
  });
  it('is named with unit, age of the place and whose word it was', () => {
    expect(whose(emergency())).toContain('หนึ่ง · 11');
    expect(whose(emergency({ officer: null }))).toContain('หนึ่ง, ส.ต.ท. สอง');
    expect(placeWord(emergency(), NOW)).not.toBe(placeWord(emergency({ located: 'last_fix' }), NOW));
    expect(placeWord(emergency({ located: 'unknown' }), NOW)).toBe(
      placeWord(emergency({ fix_at: null }), NOW),
    );
    const said = { safe_at: '2026-08-03T07:00:00Z', safe_by: 'สาม', over_at: '2026-08-03T07:00:00Z' };
    const words = [
      {},
      { over_at: said.over_at },
      { ...said, safe_word: 'officer' },
      { ...said, safe_word: 'radio_room' },
    ];
    expect(new Set(words.map((more) => safetyWord(emergency(more)))).size).toBe(4);
  });
});
