import type { Note } from '../../../ui/tones';
import type { Sound } from './rules';

/** Told apart by their shape, not by their pitch alone: a tired ear in a loud room hears rhythm first. */
export const VOICES: Record<Sound, readonly Note[]> = {
  emergency: [
    [784, 0, 0.24],
    [1047, 0.28, 0.24],
    [784, 0.56, 0.24],
    [1047, 0.84, 0.24],
  ],
  sos: [
    [988, 0, 0.14],
    [988, 0.2, 0.14],
    [988, 0.4, 0.14],
  ],
  urgent: [
    [880, 0, 0.3],
    [880, 0.4, 0.3],
  ],
  alarm: [
    [523, 0, 0.16],
    [659, 0.18, 0.16],
    [784, 0.36, 0.2],
  ],
  link: [
    [659, 0, 0.2],
    [440, 0.24, 0.4],
  ],
  match: [[262, 0, 0.5]],
  case: [
    [587, 0, 0.2],
    [784, 0.24, 0.28],
  ],
  message: [[1319, 0, 0.06]],
};
