import { describe, expect, test } from 'vitest';
import type { Alert, HeatCell, Incident } from '../../src/api/types';
import { hourOf } from '../../src/features/figures/group_words';
import { cellText, limitsOf } from '../../src/features/figures/heat_scale';
import { moments } from '../../src/features/figures/range';
import { byDeadline, byUrgency } from '../../src/features/desk/order';
import { straightLine } from '../../src/features/dispatching/choice/straight_line';
import { forecastIfAccepted } from '../../src/features/dispatching/job/forecast';
import { bytesOf } from '../../src/features/dispatching/duty/push.svelte';
import { isBetter } from '../../src/features/citizens/report/locator.svelte';
import { isMinor } from '../../src/features/recognition/dates';
import { m } from '../../src/locales/paraglide/messages';

describe('operator', () => {
  const incident = (id: string, state: string, priority: number, due_at: string) =>
    ({ id, state, priority, due_at }) as Incident;

  test('untaken before taken, then priority, then the nearer deadline', () => {
    const list = [
      incident('taken-1', 'en_route', 1, '2026-08-03T07:01:00Z'),
      incident('open-3', 'open', 3, '2026-08-03T07:02:00Z'),
      incident('open-1-late', 'offering', 1, '2026-08-03T07:05:00Z'),
      incident('open-1-soon', 'open', 1, '2026-08-03T07:03:00Z'),
    ];
    expect(list.sort(byUrgency).map(({ id }) => id)).toEqual([
      'open-1-soon',
      'open-1-late',
      'open-3',
      'taken-1',
    ]);
  });

  test('matches by the end of their time', () => {
    const alert = (id: string, decide_by: string | null) =>
      ({ id, decide_by, received_at: '2026-08-03T07:00:00Z' }) as Alert;
    const list = [
      alert('later', '2026-08-03T07:09:00Z'),
      alert('none', null),
      alert('soon', '2026-08-03T07:02:00Z'),
    ];
    expect(list.sort(byDeadline).map(({ id }) => id)).toEqual(['none', 'soon', 'later']);
  });

  test('the straight line knows that degrees of longitude shrink', () => {
    const from = { lat: 13.7765, lon: 100.5745 };
    expect(straightLine(from, { lat: 13.7865, lon: 100.5745 })).toBeCloseTo(1112, 0);
    expect(straightLine(from, { lat: 13.7765, lon: 100.5845 })).toBeCloseTo(1080, 0);
    expect(straightLine(from, from)).toBe(0);
  });
});

describe('report', () => {
  const place = (accuracy: number, at: number) => ({ lat: 1, lon: 1, accuracy, at });

  test('a coarse new fix does not replace a fine fresh one', () => {
    expect(isBetter(place(800, 2000), place(15, 0))).toBe(false);
    expect(isBetter(place(30, 2000), place(15, 0))).toBe(true);
    expect(isBetter(place(800, 90_000), place(15, 0))).toBe(true);
    expect(isBetter(place(800, 0), null)).toBe(true);
  });
});

describe('commander', () => {
  test('the period holds both its days whole', () => {
    const { from, to } = moments('2026-08-01', '2026-08-03');
    expect((Date.parse(to) - Date.parse(from)) / 3_600_000).toBe(72);
  });

  test('hours are read as number or as time', () => {
    expect(['7', '07', '07:00', '2026-08-03T07:00:00+07:00', 'x'].map(hourOf)).toEqual([7, 7, 7, 7, null]);
  });

  test('the legend has at most five steps and never two alike', () => {
    const cells = (values: (number | null)[]) =>
      values.map((value) => ({ properties: { value } }) as unknown as HeatCell);
    expect(limitsOf(cells([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))).toEqual([3, 5, 7, 9]);
    expect(limitsOf(cells([2, 2, 2]))).toEqual([]);
    expect(limitsOf(cells([null]))).toEqual([]);
  });
});

test('eighteen is counted to the day', () => {
  const now = Date.parse('2026-08-03T00:00:00Z');
  expect(isMinor('2008-08-04', now)).toBe(true);
  expect(isMinor('2008-08-03', now)).toBe(false);
  expect(isMinor('', now)).toBe(false);
});

test('a VAPID key is read from base64url', () => {
  expect([...bytesOf('-_8A')]).toEqual([251, 255, 0]);
});

test('accepting is on time when the way is shorter than what is left', () => {
  expect(forecastIfAccepted(300, 250)).toBe('on_time');
  expect(forecastIfAccepted(200, 250)).toBe('late');
  expect(forecastIfAccepted(-1, 0)).toBe('late');
  expect(forecastIfAccepted(200, null)).toBe('unassigned');
});

test('a cell of the heatmap says what its figure does not', () => {
  const cell = { h3: '', value: 0.5, count: 8, without_arrival: 2, doubtful: 1, cancelled_late: 0 };
  const text = cellText('late_share', cell);
  expect(text).toContain('50 %');
  expect(text).toContain(m.heat_without({ count: 2 }));
  expect(text).toContain(m.heat_doubtful({ count: 1 }));
  expect(text).not.toContain(m.heat_cancelled_late({ count: 0 }));
});
