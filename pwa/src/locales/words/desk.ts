import type { IncidentState, PositionProblem, UnitStatus } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

export const incidentState = /* @__PURE__ */ worded<IncidentState>({
  open: m.incident_state_open,
  offering: m.incident_state_offering,
  assigned: m.incident_state_assigned,
  en_route: m.incident_state_en_route,
  on_scene: m.incident_state_on_scene,
  closed: m.incident_state_closed,
  cancelled: m.incident_state_cancelled,
  merged: m.incident_state_merged,
});

export const unitStatus = /* @__PURE__ */ worded<UnitStatus>({
  off_duty: m.unit_status_off_duty,
  available: m.unit_status_available,
  offered: m.unit_status_offered,
  accepted: m.unit_status_accepted,
  en_route: m.unit_status_en_route,
  arrived: m.unit_status_arrived,
});

export const positionProblem = /* @__PURE__ */ worded<PositionProblem>({
  implausible_speed: m.position_problem_implausible_speed,
  replayed: m.position_problem_replayed,
  frozen: m.position_problem_frozen,
  inaccurate: m.position_problem_inaccurate,
  mocked: m.position_problem_mocked,
});

export const pointWord = /* @__PURE__ */ worded({
  received: m.point_received,
  verified: m.point_verified,
  offered: m.point_offered,
  sent: m.point_sent,
  delivered: m.point_delivered,
  shown: m.point_shown,
  opened: m.point_opened,
  accepted: m.point_accepted,
  declined: m.point_declined,
  expired: m.point_expired,
  withdrawn: m.point_withdrawn,
  en_route: m.point_en_route,
  arrived: m.point_arrived,
  cleared: m.point_cleared,
  closed: m.point_closed,
  cancelled: m.point_cancelled,
  merged: m.point_merged,
  backup: m.point_backup,
});

export const excludedWord = /* @__PURE__ */ worded({
  crew_too_small: m.excluded_crew_too_small,
  off_duty: m.excluded_off_duty,
  busy: m.excluded_busy,
  offered: m.excluded_offered,
  unreachable: m.excluded_unreachable,
  stale_fix: m.excluded_stale_fix,
  no_fix: m.excluded_no_fix,
  declined: m.excluded_declined,
  silent: m.excluded_silent,
  wrong_kind: m.excluded_wrong_kind,
  in_emergency: m.excluded_in_emergency,
  conflict: m.excluded_conflict,
  been_there: m.excluded_been_there,
});

export const reasonWord = /* @__PURE__ */ worded({
  nearest: m.reason_nearest,
  reachable_live: m.reason_reachable_live,
  reachable_push: m.reason_reachable_push,
});
