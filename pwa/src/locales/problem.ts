import type { Problem } from '../api/problem';
import { m } from './paraglide/messages';

/** What happened and what to do, in plain words; never an error code alone. */
export function problemText(problem: Problem): string {
  switch (problem.code) {
    case 'network':
      return m.problem_network();
    case 'unauthenticated':
    case 'csrf':
      return m.problem_unauthenticated();
    case 'forbidden':
      return m.problem_forbidden();
    case 'locked':
      return m.problem_locked();
    case 'step_up':
      return m.problem_step_up();
    case 'second_factor':
      return m.problem_second_factor();
    case 'not_found':
    case 'unknown_entry':
    case 'unknown_camera':
      return m.problem_not_found();
    case 'wrong_state':
      return problem.state === 'no_word_of_safety' ? m.problem_no_word_of_safety() : m.problem_wrong_state();
    case 'taken':
      return m.problem_taken();
    case 'changed':
      return m.problem_changed();
    case 'not_looked':
      return m.alert_needs_look_problem();
    case 'id_reused':
      return m.problem_id_reused();
    case 'too_large':
      return m.problem_too_large();
    case 'invalid':
    case 'malformed':
      return withFields(m.problem_invalid(), problem);
    case 'clock_ahead':
      return m.problem_clock_ahead();
    case 'slow_down':
      return m.problem_slow_down({ seconds: problem.retry_after ?? 10 });
    case 'unavailable':
      return m.problem_unavailable();
    default:
      return m.problem_unexpected();
  }
}

function withFields(text: string, { fields }: Problem): string {
  if (fields.length === 0) return text;
  return `${text} (${fields.map(({ field, message }) => `${field}: ${message}`).join('; ')})`;
}
