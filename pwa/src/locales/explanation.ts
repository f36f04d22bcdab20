import type { Clause, Explanation } from '../api/types';
import { minutesSeconds, share } from './format';
import { m } from './paraglide/messages';
import { getLocale } from './paraglide/runtime';
import { excludedWord } from './words/desk';

/** Why a unit was sent, as a sentence. What an earlier release decided is shown as that release worded it. */
export function explained(explanation: Explanation | null | undefined): string {
  if (!explanation) return '';
  const clauses = (explanation.clauses ?? []).map(clauseText).filter(Boolean);
  if (clauses.length) return `${clauses.join('; ')}.`;
  return (getLocale() === 'th' ? explanation.th : explanation.en) ?? '';
}

function clauseText(clause: Clause): string {
  const callsign = clause.callsign ?? '';
  const time = minutesSeconds(clause.seconds ?? 0);
  const reference = clause.reference ?? '';
  const priority = clause.priority ?? '';
  switch (clause.code) {
    case 'arrives':
      return m.why_arrives({ callsign, time });
    case 'arrives_straight':
      return m.why_arrives_straight({ callsign, time });
    case 'neighbour_arrives':
      return m.why_neighbour_arrives({ callsign, time, station: stationName(clause) });
    case 'nobody_free':
      return m.why_nobody_free();
    case 'nearest_idle':
      return m.why_nearest_idle({ callsign, time });
    case 'sooner':
      return m.why_sooner({ callsign, time });
    case 'sooner_than_late':
      return m.why_sooner_than_late({ callsign, time });
    case 'position_lost':
      return m.why_position_lost({ callsign });
    case 'overdue':
      return m.why_overdue({ callsign, time });
    case 'leaves_drill':
      return m.why_leaves_drill({ callsign, reference });
    case 'leaves_offer':
      return m.why_leaves_offer({ callsign, priority, reference });
    case 'leaves_job':
      return m.why_leaves_job({ callsign, priority, reference });
    case 'left_waits':
      return m.why_left_waits();
    case 'left_taken':
      return m.why_left_taken({ callsign });
    case 'left_taken_in_time':
      return m.why_left_taken_in_time({ callsign });
    case 'left_taken_later':
      return m.why_left_taken_later({ callsign, time });
    case 'chosen':
      return m.why_chosen({ callsign });
    case 'ordered':
      return m.why_ordered({ callsign });
    case 'position_unknown':
      return m.why_position_unknown();
    case 'left_out':
      return m.why_left_out({ reason: excludedWord(clause.excluded_because ?? '') });
    case 'first_choice':
      return m.why_first_choice({ callsign, time });
    case 'no_own_unit':
      return m.why_no_own_unit();
    case 'own_unit_late':
      return m.why_own_unit_late({ time });
    case 'repositioned':
      return m.why_repositioned({
        callsign,
        before: share(clause.share_before),
        after: share(clause.share_after),
      });
    default:
      return '';
  }
}

function stationName({ station }: Clause): string {
  return (getLocale() === 'th' ? station?.th : station?.en) ?? '';
}
