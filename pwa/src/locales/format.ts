import { m } from './paraglide/messages';

/** Of dates and numbers; Thai dates show the Buddhist year. */
const tag = () => m.language_tag();

/** `14:02:31` */
export function clockTime(at: string | number, with_seconds = true): string {
  return new Intl.DateTimeFormat(tag(), {
    hour: '2-digit',
    minute: '2-digit',
    second: with_seconds ? '2-digit' : undefined,
    hourCycle: 'h23',
  }).format(new Date(at));
}

/** `3 ส.ค. 2569` */
export function date(at: string | number): string {
  return new Intl.DateTimeFormat(tag(), { day: 'numeric', month: 'short', year: 'numeric' })
    .formatToParts(new Date(at))
    .filter((part) => part.type !== 'era')
    .map((part) => part.value)
    .join('')
    .trim();
}

export function dateTime(at: string | number): string {
  return `${date(at)} ${clockTime(at, false)}`;
}

/** `4:41`, `1:02:03`; the caller shows the sign. */
export function minutesSeconds(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A duration in words: the largest unit only, rounded down. */
export function age(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return m.age_seconds({ count: whole });
  if (whole < 3600) return m.age_minutes({ count: Math.floor(whole / 60) });
  if (whole < 86_400) return m.age_hours({ count: Math.floor(whole / 3600) });
  return m.age_days({ count: Math.floor(whole / 86_400) });
}

export function ago(seconds: number): string {
  return seconds < 2 ? m.just_now() : m.ago({ age: age(seconds) });
}

export function distance(metres: number): string {
  const tens = Math.round(metres / 10) * 10;
  if (tens < 1000) return m.metres({ count: tens });
  return m.kilometres({ count: (metres / 1000).toFixed(1) });
}

/** `92 %` of a share 0..1; a dash when there is nothing to take a share of. */
export function share(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${Math.round(value * 100)} %`;
}

export function count(value: number): string {
  return new Intl.NumberFormat(tag()).format(value);
}
