import type { IncidentKind, ReportKind } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

// The most urgent first: every list of kinds on a screen has this order.
const WORDS: Record<IncidentKind, () => string> = {
  officer_emergency: m.kind_officer_emergency,
  violence: m.kind_violence,
  domestic: m.kind_domestic,
  weapon: m.kind_weapon,
  sos: m.kind_sos,
  theft: m.kind_theft,
  crash: m.kind_crash,
  drugs: m.kind_drugs,
  suspicious: m.kind_suspicious,
  intrusion: m.kind_intrusion,
  crowd: m.kind_crowd,
  watchlist_face: m.kind_watchlist_face,
  watchlist_plate: m.kind_watchlist_plate,
  traffic: m.kind_traffic,
  nuisance: m.kind_nuisance,
  tamper: m.kind_tamper,
  other: m.kind_other,
};

// The types name every kind here, so that a new one cannot be forgotten.
const NOT_FOR_CITIZENS: Record<Exclude<IncidentKind, ReportKind>, { by_phone: boolean }> = {
  officer_emergency: { by_phone: false },
  intrusion: { by_phone: true },
  crowd: { by_phone: true },
  tamper: { by_phone: false },
  watchlist_face: { by_phone: false },
  watchlist_plate: { by_phone: false },
};
const beyond: Partial<Record<IncidentKind, { by_phone: boolean }>> = NOT_FOR_CITIZENS;

export const kindWord = /* @__PURE__ */ worded(WORDS);

export const INCIDENT_KINDS = Object.keys(WORDS) as IncidentKind[];

/** What a citizen may report, an SOS included. */
export const REPORT_KINDS = INCIDENT_KINDS.filter((kind): kind is ReportKind => !beyond[kind]);

/** What a call to the radio room may be about. */
export const CALL_KINDS = INCIDENT_KINDS.filter((kind) => beyond[kind]?.by_phone ?? true);
