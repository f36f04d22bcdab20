import { describe, expect, test } from 'vitest';
import { ringShare, secondsLeft, shownSeconds, spokenStep } from '../../src/ui/countdown';

describe('countdown', () => {
  const now = Date.parse('2026-08-03T07:00:00Z');

  test('counts to the deadline and past it', () => {
    expect(secondsLeft('2026-08-03T07:00:30Z', now)).toBe(30);
    expect(secondsLeft('2026-08-03T06:59:00Z', now)).toBe(-60);
  });

  test('shows 0:01 until the deadline and 0 from it on', () => {
    expect(shownSeconds(0.2)).toBe(1);
    expect(shownSeconds(0)).toBe(0);
    expect(shownSeconds(-0.4)).toBe(0);
    expect(shownSeconds(-1.2)).toBe(1);
  });

  test('the ring is whole at the start, empty at the end, never beyond', () => {
    expect(ringShare(30, 30)).toBe(1);
    expect(ringShare(45, 30)).toBe(1);
    expect(ringShare(-3, 30)).toBe(0);
    expect(ringShare(10, 0)).toBe(0);
  });

  test('a screen reader hears few steps, in falling order', () => {
    const heard = new Set(Array.from({ length: 31 }, (_, second) => spokenStep(30 - second)));
    expect([...heard]).toEqual([30, 20, 10, 5, 0]);
  });
});
