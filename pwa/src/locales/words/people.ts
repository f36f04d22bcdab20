import type { Problem } from '../../api/problem';
import { m } from '../paraglide/messages';
import { problemText } from '../problem';

const STATES: Partial<Record<string, () => string>> = {
  last_admin: m.problem_last_admin,
  on_duty: m.problem_on_duty,
  disabled: m.problem_disabled,
  set_up: m.problem_set_up,
  not_begun: m.problem_not_begun,
};
const FIELDS: Partial<Record<string, () => string>> = {
  old: m.problem_password_old,
  otp: m.problem_code_wrong,
  passkey: m.problem_passkey_wrong,
  credential: m.problem_passkey_wrong,
  pin: m.problem_pin_easy,
  password: m.problem_password_weak,
};

/** What can be wrong with an account, its password or its code. */
export function accountProblem(problem: Problem): string {
  if (problem.code === 'taken') return m.problem_username_taken();
  if (problem.code === 'wrong_state') return STATES[problem.state ?? '']?.() ?? problemText(problem);
  if (problem.code === 'invalid') {
    const field = problem.fields.map(({ field }) => FIELDS[field]).find((word) => word);
    if (field) return field();
  }
  return problemText(problem);
}
