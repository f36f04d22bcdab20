import { m } from '../paraglide/messages';
import { worded } from './worded';

export const dispositionWord = /* @__PURE__ */ worded({
  resolved: m.disposition_resolved,
  arrest: m.disposition_arrest,
  report_taken: m.disposition_report_taken,
  nobody_found: m.disposition_nobody_found,
  false_alarm: m.disposition_false_alarm,
  officer_safe: m.emergency_safe,
  hoax: m.disposition_hoax,
  same_person: m.disposition_same_person,
  unsure: m.disposition_unsure,
  not_same_person: m.disposition_not_same_person,
  other: m.disposition_other,
});

export const declineWord = /* @__PURE__ */ worded({
  busy: m.decline_busy,
  too_far: m.decline_too_far,
  vehicle: m.decline_vehicle,
  unsafe: m.decline_unsafe,
  other: m.decline_other,
});
