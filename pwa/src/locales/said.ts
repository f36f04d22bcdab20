import type { ForecastReason } from '../api/types';
import { minutesSeconds } from './format';
import { m } from './paraglide/messages';
import { getLocale } from './paraglide/runtime';

/** A sentence that the server wrote in both languages, in the reader's own. */
export function said(sentence: { th: string; en: string } | null | undefined): string {
  return sentence ? sentence[getLocale()] : '';
}

/** Why the forecast is what it is. `drift_s`: how long ago the server reckoned; what runs out has run on since. */
export function forecastReason(reason: ForecastReason, drift_s = 0): string {
  const callsign = reason.callsign ?? '';
  const time = (seconds: number) => minutesSeconds(Math.max(0, seconds));
  const seconds = reason.seconds ?? 0;
  switch (reason.code) {
    case 'arrives_in_time':
      return m.why_reason_arrives_in_time({ callsign, time: time(seconds) });
    case 'arrives_after_target':
      return m.why_reason_arrives_after_target({ callsign, time: time(seconds) });
    case 'past_target':
      return m.why_reason_past_target({ time: time(seconds + drift_s) });
    case 'arrival_unknown':
      return m.why_reason_arrival_unknown({ callsign });
    case 'nobody_has_it':
      return m.why_reason_nobody_has_it({ time: time(seconds - drift_s) });
    default:
      return '';
  }
}
