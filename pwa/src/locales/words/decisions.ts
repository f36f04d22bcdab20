import type { AlarmReason, ArrivalProblem, DecisionKind, ProposalKind } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

export const alarmWord = /* @__PURE__ */ worded<AlarmReason>({
  aid_wanted: m.alarm_aid_wanted,
  hand_over_asked: m.alarm_hand_over_asked,
  hand_over_refused: m.alarm_hand_over_refused,
  hand_over_unanswered: m.alarm_hand_over_unanswered,
  about_police: m.alarm_about_police,
  officer_emergency: m.alarm_officer_emergency,
  officer_silent: m.alarm_officer_silent,
  restored: m.alarm_restored,
  no_taker: m.alarm_no_taker,
  first_silence: m.alarm_first_silence,
  nobody_left: m.alarm_nobody_left,
  forecast_late: m.alarm_forecast_late,
  reporter: m.alarm_reporter,
  sos_over_limit: m.alarm_sos_over_limit,
  entry_withdrawn: m.alarm_entry_withdrawn,
  backup: m.alarm_backup,
  report_unopened: m.alarm_report_unopened,
});

export const proposalWord = /* @__PURE__ */ worded<ProposalKind>({
  offer: m.proposal_offer,
  diversion: m.proposal_diversion,
  swap: m.proposal_swap,
  backup: m.proposal_backup,
  repositioning: m.proposal_repositioning,
  aid: m.proposal_aid,
});

export const decisionWord = /* @__PURE__ */ worded<DecisionKind>({
  offer: m.decision_offer,
  diversion: m.decision_diversion,
  swap: m.decision_swap,
  backup: m.decision_backup,
  chosen: m.decision_chosen,
  order: m.decision_order,
  aid: m.decision_aid,
});

/** `times_differ` includes the time: see `arrival_text.ts`. */
export const arrivalProblem = /* @__PURE__ */ worded<Exclude<ArrivalProblem, 'times_differ'>>({
  button_without_geofence: m.arrival_problem_button_without_geofence,
  geofence_without_button: m.arrival_problem_geofence_without_button,
});

const directions = [
  m.compass_0,
  m.compass_1,
  m.compass_2,
  m.compass_3,
  m.compass_4,
  m.compass_5,
  m.compass_6,
  m.compass_7,
];
/** The nearest of eight directions to a heading in degrees from north. */
export const compassWord = (heading: number) => directions[Math.round(heading / 45) % 8]?.() ?? '';
