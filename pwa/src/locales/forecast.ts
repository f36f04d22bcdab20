import type { ForecastReason } from '../api/types';
import { minutesSeconds } from './format';
import { m } from './paraglide/messages';

/** Explains the forecast. `drift_s`: seconds since the server computed it, by which remaining times have shrunk. */
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
