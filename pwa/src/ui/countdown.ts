/** Seconds from `now` to `deadline`; negative when it is past. */
export function secondsLeft(deadline: string | number, now: number): number {
  const at = typeof deadline === 'number' ? deadline : Date.parse(deadline);
  return (at - now) / 1000;
}

/** What the clock shows: time left is rounded up, time over rounded down, so 0:00 is the deadline. */
export function shownSeconds(left: number): number {
  return left >= 0 ? Math.ceil(left) : Math.floor(-left);
}

/** Remaining share of the ring, 0..1. */
export function ringShare(left: number, whole: number): number {
  if (!(whole > 0)) return 0;
  return Math.min(1, Math.max(0, left / whole));
}

const SAID_AT = [60, 30, 20, 10, 5];

/** The step for screen readers: announced when it changes, not every second. */
export function spokenStep(left: number): number {
  if (left <= 0) return 0;
  return [...SAID_AT].reverse().find((step) => left <= step) ?? Math.ceil(left / 60) * 60;
}
