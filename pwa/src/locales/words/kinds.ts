import type { IncidentKind } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

export const kindWord = /* @__PURE__ */ worded<IncidentKind>({
  sos: m.kind_sos,
  violence: m.kind_violence,
  theft: m.kind_theft,
  suspicious: m.kind_suspicious,
  traffic: m.kind_traffic,
  nuisance: m.kind_nuisance,
  other: m.kind_other,
  watchlist_face: m.kind_watchlist_face,
  watchlist_plate: m.kind_watchlist_plate,
  intrusion: m.kind_intrusion,
  tamper: m.kind_tamper,
  crowd: m.kind_crowd,
  officer_emergency: m.kind_officer_emergency,
  domestic: m.kind_domestic,
  weapon: m.kind_weapon,
  crash: m.kind_crash,
  drugs: m.kind_drugs,
});

/** What a call may be about, the most urgent first. */
export const INCIDENT_KINDS: IncidentKind[] = [
  'violence',
  'domestic',
  'weapon',
  'sos',
  'theft',
  'crash',
  'drugs',
  'suspicious',
  'intrusion',
  'crowd',
  'traffic',
  'nuisance',
  'other',
];
