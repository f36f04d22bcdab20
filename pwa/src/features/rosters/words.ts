import type { Problem } from '../../api/problem';
import type { PlannedShift } from '../../api/types';
import { clockTime, date } from '../../locales/format';
import { m } from '../../locales/paraglide/messages';
import { problemText } from '../../locales/problem';
import type { Clash } from './week';

/** `28 พ.ย. 2569 08:00–16:00` */
export const when = ({ starts_at, ends_at }: Pick<PlannedShift, 'starts_at' | 'ends_at'>) =>
  `${date(starts_at)} ${clockTime(starts_at, false)}–${clockTime(ends_at, false)}`;

export function clashText({ name, shift }: Clash): string {
  return name === null
    ? m.ros_taken_unit({ unit: shift.callsign, when: when(shift) })
    : m.ros_taken_officer({ name, unit: shift.callsign, when: when(shift) });
}

const FIELDS: Partial<Record<string, () => string>> = {
  ends_at: m.ros_too_long,
  starts_at: m.ros_over,
  account_ids: m.ros_wrong_crew,
  unit_id: m.ros_wrong_unit,
};

/** What can be wrong with a shift; `clash`: what was found to stand in its way. */
export function rosterProblem(problem: Problem, clash: Clash | null): string {
  if (problem.code === 'taken') return clash ? clashText(clash) : m.ros_taken();
  if (problem.code === 'not_found') return m.ros_gone();
  if (problem.code === 'invalid') {
    const known = problem.fields.map(({ field }) => FIELDS[field]).find((word) => word);
    if (known) return known();
  }
  return problemText(problem);
}
