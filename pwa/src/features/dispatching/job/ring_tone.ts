import { play, type Note } from '../../../ui/tones';

/** Two rising tones every 1.6 s: meant to be heard on a motorcycle, and to stop at once. */
const EVERY_MS = 1600;
const TONES: Note[] = [
  [784, 0, 0.24],
  [1047, 0.28, 0.24],
];

let timer: ReturnType<typeof setInterval> | null = null;

export function startRinging(): void {
  if (timer !== null) return;
  ring();
  timer = setInterval(ring, EVERY_MS);
}

export function stopRinging(): void {
  if (timer !== null) clearInterval(timer);
  timer = null;
  navigator.vibrate?.(0);
}

function ring(): void {
  navigator.vibrate?.([300, 120, 300]);
  play(TONES);
}
