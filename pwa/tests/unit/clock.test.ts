import { expect, test } from 'vitest';
import { ServerClock } from '../../src/live/clock';
import { isSilent, reconnectDelay } from '../../src/live/watchdog';

test('the reading with the least delay is believed', () => {
  const clock = new ServerClock();
  // The true offset is +5000; readings arrive 300, 20 and 900 ms late.
  for (const delay of [300, 20, 900]) clock.observe(105_000, 100_000 + delay);
  expect(clock.offset).toBe(4980);
  expect(clock.now(200_000)).toBe(204_980);
});

test('a device clock that was set by hand starts the measuring again', () => {
  const clock = new ServerClock();
  clock.observe(100_000, 100_000);
  clock.observe(200_000, 500_000);
  expect(clock.offset).toBe(-300_000);
});

test('readings that are no numbers are ignored', () => {
  const clock = new ServerClock();
  clock.observe(Number.NaN, 1);
  expect(clock.offset).toBe(0);
});

test('a stream is silent after 15 s and is opened again ever more slowly', () => {
  expect(isSilent(0, 15_000)).toBe(false);
  expect(isSilent(0, 15_001)).toBe(true);
  const waits = [0, 1, 2, 3, 4, 5, 50].map((attempt) => reconnectDelay(attempt, 0.5));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});
