import type { Problem } from '../../api/problem';
import { m } from '../../locales/paraglide/messages';
import { problemText } from '../../locales/problem';

/** What can be wrong with a policy. */
export function policyProblem(problem: Problem): string {
  if (problem.code !== 'invalid') return problemText(problem);
  const messages = problem.fields.map(({ message }) => message);
  if (messages.some((message) => message.startsWith('the province allows'))) return m.pol_too_long();
  if (messages.some((message) => message.includes('longer target'))) return m.pol_order();
  return problemText(problem);
}
