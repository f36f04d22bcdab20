import type { AssignmentState, Forecast, Withdrawal } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

export const assignmentState = /* @__PURE__ */ worded<AssignmentState>({
  offered: m.assignment_state_offered,
  accepted: m.assignment_state_accepted,
  en_route: m.assignment_state_en_route,
  arrived: m.assignment_state_arrived,
  cleared: m.assignment_state_cleared,
  declined: m.assignment_state_declined,
  expired: m.assignment_state_expired,
  withdrawn: m.assignment_state_withdrawn,
});

export const withdrawnWord = /* @__PURE__ */ worded<Withdrawal | 'unsaid'>({
  taken: m.withdrawn_taken,
  diverted: m.withdrawn_diverted,
  swapped: m.withdrawn_swapped,
  ended: m.withdrawn_ended,
  shift_ended: m.withdrawn_shift_ended,
  by_hand: m.withdrawn_by_hand,
  unsaid: m.withdrawn_unsaid,
  emergency: m.withdrawn_emergency,
  corrected: m.withdrawn_corrected,
  handed_over: m.withdrawn_handed_over,
});

export const forecastWord = /* @__PURE__ */ worded<Forecast>({
  on_time: m.forecast_on_time,
  at_risk: m.forecast_at_risk,
  late: m.forecast_late,
  unassigned: m.forecast_unassigned,
  met: m.forecast_met,
  missed: m.forecast_missed,
});

export const sourceWord = /* @__PURE__ */ worded({
  system: m.source_system,
  officer: m.source_officer,
  operator: m.source_operator,
  phone: m.source_phone,
  citizen: m.source_citizen,
  geofence: m.source_geofence,
  straight_line: m.source_straight_line,
  road: m.source_road,
});
