/** Frequency in hertz, seconds after the first note, and how long it is held. */
export type Note = readonly [hertz: number, at: number, seconds: number];

const LOUDEST = 0.25;
const SILENCE = 0.0001;
let audio: AudioContext | null = null;

/** Browsers allow sound only after a touch; called on the first one, long before it is needed. */
export function allowSound(): void {
  try {
    audio ??= new AudioContext();
    if (audio.state !== 'running') void audio.resume().catch(() => undefined);
  } catch {
    audio = null;
  }
}

export const soundAllowed = () => audio?.state === 'running';

/** `loudness`: from 0 to 1. */
export function play(notes: readonly Note[], loudness = 1): void {
  if (!audio || !soundAllowed()) return;
  for (const [hertz, at, seconds] of notes) {
    const from = audio.currentTime + at;
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.type = 'square';
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(SILENCE, from);
    gain.gain.exponentialRampToValueAtTime(LOUDEST * loudness, from + 0.02);
    gain.gain.exponentialRampToValueAtTime(SILENCE, from + seconds);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(from);
    oscillator.stop(from + seconds + 0.02);
  }
}
