import type { Problem } from '../../api/problem';
import { m } from '../paraglide/messages';
import { problemText } from '../problem';
import { worded } from './worded';

/** What can be wrong with a unit, a camera or a machine's token. */
export function equipmentProblem(problem: Problem): string {
  if (problem.code === 'taken') return m.equip_taken();
  if (problem.code === 'not_found') return m.equip_gone();
  if (problem.code === 'wrong_state' && problem.state === 'holds_assignment') return m.equip_holds_case();
  return problemText(problem);
}

export const machineHint = /* @__PURE__ */ worded({
  worker: m.machine_worker_hint,
  enroller: m.machine_enroller_hint,
  locator: m.machine_locator_hint,
});
export const machineRole = /* @__PURE__ */ worded({
  worker: m.machine_worker,
  enroller: m.machine_enroller,
  locator: m.machine_locator,
});
