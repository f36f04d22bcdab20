import type { ArrivalCheck } from '../../../api/types';
import { minutesSeconds } from '../../../locales/format';
import { m } from '../../../locales/paraglide/messages';
import { arrivalProblem } from '../../../locales/words/decisions';

/** One sentence on what disagrees about an arrival. */
export function arrivalText(check: ArrivalCheck): string {
  if (!check.problem) return '';
  if (check.problem === 'times_differ')
    return m.arrival_problem_times_differ({ time: minutesSeconds(check.difference_s ?? 0) });
  return arrivalProblem(check.problem);
}
