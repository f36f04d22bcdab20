import type { TrackedReport } from '../../../api/types';
import { clockTime } from '../../../locales/format';
import { m } from '../../../locales/paraglide/messages';

/** A message as its bubble shows it, to the citizen. */
export function bubble({ from, at, text }: TrackedReport['messages'][number]) {
  const mine = from === 'reporter';
  return { mine, text, heading: `${mine ? m.track_you() : m.track_radio_room()} · ${clockTime(at, false)}` };
}
