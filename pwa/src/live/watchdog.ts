/** Milliseconds without a sign of life after which a stream counts as dead. */
export const SILENCE_MS = 15_000;

/** Wait before the n-th new attempt: 1 s, 2 s, 4 s … 30 s, each with up to a quarter of random jitter. */
export function reconnectDelay(attempt: number, chance: number): number {
  const base = Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5));
  return Math.round(base * (0.875 + chance * 0.25));
}

export function isSilent(last_sign: number, now: number): boolean {
  return now - last_sign > SILENCE_MS;
}
