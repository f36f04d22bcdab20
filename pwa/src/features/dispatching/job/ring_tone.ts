/** Two rising tones every 1.6 s: meant to be heard on a motorcycle, and to stop at once. */
const EVERY_MS = 1600;
const TONES_HZ = [784, 1047];

let audio: AudioContext | null = null;
let timer: ReturnType<typeof setInterval> | null = null;

/** Browsers allow sound only after a touch; called on the first one, long before an offer. */
export function allowSound(): void {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume().catch(() => undefined);
  } catch {
    audio = null;
  }
}

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
  if (!audio || audio.state !== 'running') return;
  TONES_HZ.forEach((hertz, index) => beep(audio as AudioContext, hertz, index * 0.28));
}

function beep(on: AudioContext, hertz: number, delay: number): void {
  const from = on.currentTime + delay;
  const oscillator = on.createOscillator();
  const gain = on.createGain();
  oscillator.type = 'square';
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, from);
  gain.gain.exponentialRampToValueAtTime(0.25, from + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.24);
  oscillator.connect(gain).connect(on.destination);
  oscillator.start(from);
  oscillator.stop(from + 0.26);
}
