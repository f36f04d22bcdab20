import type { Problem } from '../../api/problem';
import type { ClosureKind } from '../../api/types';
import { m } from '../paraglide/messages';
import { problemText } from '../problem';
import { worded } from './worded';

export const closureKind = /* @__PURE__ */ worded<ClosureKind>({
  closed: m.clo_kind_closed,
  flood: m.clo_kind_flood,
  crash: m.clo_kind_crash,
  roadworks: m.clo_kind_roadworks,
  event: m.clo_kind_event,
  congestion: m.clo_kind_congestion,
  other: m.clo_kind_other,
});

export function closureProblem(problem: Problem): string {
  const [first] = problem.fields;
  if (first?.field === 'to') return m.clo_time();
  if (first?.message.includes("km from the station's area")) return m.clo_far();
  if (first?.message === 'touches no street') return m.clo_no_street();
  if (first?.message.startsWith('no such street')) return m.clo_gone();
  return problemText(problem);
}
