/** The names that the screens use for what travels over HTTP (CONTRACT.md, WIRE.md). */

export type Role = 'officer' | 'operator' | 'commander' | 'admin' | 'auditor';
export type Language = 'th' | 'en';
export type Priority = 1 | 2 | 3;
export type Page<T> = { items: T[]; next?: string | null };

export interface User {
  id: string;
  role: Role;
  station_id: string;
  display_name: string;
  language: Language;
  username?: string;
}
export interface Shift {
  unit_id: string;
  callsign: string;
  started_at: string;
}
export interface Session {
  user: User;
  csrf_token: string;
}
export interface Me extends Session {
  shift: Shift | null;
}
export interface DemoAccount {
  role: Role;
  username: string;
  display_name: string;
  callsign: string | null;
  password: string | null;
}
export interface Station {
  id: string;
  name_th: string;
  name_en: string;
  phone?: string | null;
  lat: number;
  lon: number;
  demo: boolean;
  target_seconds: Record<string, number>;
  offer_seconds: number;
  jobs_silent: boolean;
  jobs_seen_at: string | null;
  now: string;
}

export type CameraState = 'live' | 'stalled' | 'unreachable' | 'off' | 'unknown';
export interface Camera {
  id: string;
  name: string;
  lat: number;
  lon: number;
  state: CameraState;
  state_at: string | null;
  detail: string | null;
}
export type AlertKind =
  'watchlist_face' | 'watchlist_plate' | 'sos' | 'intrusion' | 'tamper' | 'crowd' | 'other';
export type AlertState = 'pending' | 'dispatched' | 'confirmed' | 'rejected' | 'expired';
export interface Alert {
  id: string;
  kind: AlertKind;
  state: AlertState;
  camera: { id: string; name: string; lat: number; lon: number } | null;
  occurred_at: string;
  received_at: string;
  confidence: number | null;
  model: { name: string; version: string; threshold: number } | null;
  plate: string | null;
  note: string | null;
  has_snapshot: boolean;
  watchlist_entry: AlertEntry | null;
  incident_id: string | null;
  decision: { by: string; at: string; reason: string | null } | null;
  decide_by: string | null;
  camera_record?: { confirmed: number; decided: number } | null;
}
export interface AlertEntry {
  id: string;
  label: string;
  legal_basis: string;
  warrant_number: string | null;
  court: string | null;
  expires_at: string;
  review_at: string | null;
  picture_source: string;
  state: EntryState;
  priority: number;
  picture_ids: string[];
}

export type EntryState = 'draft' | 'approved' | 'withdrawn' | 'expired';
export interface WatchlistEntry {
  id: string;
  label: string;
  legal_basis: string;
  warrant_number: string | null;
  court: string | null;
  expires_at: string;
  review_at: string | null;
  picture_source: string;
  born: string | null;
  priority: number;
  plate: string | null;
  state: EntryState;
  requested_by: { id: string; display_name: string } | null;
  approved_by: { id: string; display_name: string } | null;
  created_at: string;
  pictures: WatchlistPicture[];
}
export interface WatchlistPicture {
  id: string;
  created_at: string;
  templates: { model: string; quality: number | null; problem: string | null }[];
}
export interface NewWatchlistEntry {
  id: string;
  label: string;
  legal_basis: string;
  warrant_number?: string | null;
  court?: string | null;
  expires_at: string;
  review_at?: string | null;
  picture_source: string;
  born?: string | null;
  priority?: number;
  plate?: string | null;
}

export type ReportKind = 'sos' | 'violence' | 'theft' | 'suspicious' | 'traffic' | 'nuisance' | 'other';
export interface NewReport {
  id: string;
  kind: ReportKind;
  description?: string;
  lat: number;
  lon: number;
  accuracy?: number;
  contact?: string;
  safe_to_call?: boolean;
  silent?: boolean;
  language?: Language;
}
export interface ReportReceipt {
  id: string;
  reference: string;
  owner_token: string;
  share_token: string;
  covered: boolean;
  target_seconds?: number;
}
export type ReportStatus =
  'received' | 'searching' | 'assigned' | 'on_the_way' | 'arrived' | 'closed' | 'cancelled';
export interface ReportMessage {
  at: string;
  from: 'reporter' | 'radio_room';
  text: string;
}
export interface TrackedReport {
  id: string;
  reference: string;
  kind: ReportKind;
  as: 'owner' | 'share';
  status: ReportStatus;
  covered: boolean;
  safe: boolean;
  received_at: string;
  due_at: string | null;
  timeline: { kind: string; at: string }[];
  eta_minutes: { low: number; high: number } | null;
  messages: ReportMessage[];
  lat: number;
  lon: number;
  description?: string | null;
}
export interface IncidentReport {
  id: string;
  kind: ReportKind;
  description: string | null;
  lat: number;
  lon: number;
  accuracy: number | null;
  contact: string | null;
  safe_to_call: boolean | null;
  silent: boolean;
  language: string | null;
  safe: boolean;
  cancelled: boolean;
  created_at: string;
  messages: ReportMessage[];
  photo_ids: string[];
}

export type IncidentState =
  'open' | 'offering' | 'assigned' | 'en_route' | 'on_scene' | 'closed' | 'cancelled' | 'merged';
export type Forecast = 'on_time' | 'at_risk' | 'late' | 'unassigned' | 'met' | 'missed';
export type AssignmentState =
  'offered' | 'accepted' | 'en_route' | 'arrived' | 'cleared' | 'declined' | 'expired' | 'withdrawn';
export type EtaSource = 'straight_line' | 'road';
export interface Assignment {
  id: string;
  incident_id?: string;
  unit_id: string;
  callsign: string;
  state: AssignmentState;
  mode: 'offer' | 'order';
  offered_at: string;
  offer_ends_at: string | null;
  eta_seconds: number | null;
  eta_source: EtaSource | null;
  deliveries?: Partial<Record<'sent_at' | 'delivered_at' | 'shown_at' | 'opened_at', string | null>> | null;
}
export interface TimePoint {
  kind: string;
  source: string;
  server_at: string;
  phone_at?: string | null;
  by?: string | null;
  assignment_id?: string | null;
  callsign?: string | null;
}
export interface Sighting {
  id: string;
  source: 'alert' | 'report' | 'operator';
  kind: string;
  at: string;
  lat: number;
  lon: number;
  camera_name: string | null;
  alert_id: string | null;
  report_id: string | null;
  confidence: number | null;
}
export interface Incident {
  id: string;
  reference: string;
  kind: string;
  priority: number;
  state: IncidentState;
  lat: number;
  lon: number;
  place?: string | null;
  note?: string | null;
  received_at: string;
  due_at: string;
  target_seconds: number;
  eta_seconds?: number | null;
  forecast: Forecast;
  forecast_reason?: string | null;
  verified?: boolean;
  drill?: boolean;
  units_wanted?: number;
  timeline: TimePoint[];
  assignments: Assignment[];
  sightings: Sighting[];
}
export interface NewIncident {
  id: string;
  kind: string;
  lat: number;
  lon: number;
  place?: string;
  priority?: number;
  note?: string;
  caller?: string;
  dispatch?: boolean;
}
export interface Candidate {
  unit_id: string;
  callsign: string;
  eta_seconds: number | null;
  eta_source: EtaSource | null;
  distance_m: number | null;
  fix_age_s: number | null;
  reasons: string[];
  excluded_because?: string | null;
}
export interface Alarm {
  id: string;
  incident_id: string;
  reference: string;
  reason: string;
  raised_at: string;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
}
export interface Job {
  assignment: Assignment;
  incident: Incident;
}
export interface CurrentJob {
  held: Job | null;
  offer: Job | null;
}

export type UnitStatus = 'off_duty' | 'available' | 'offered' | 'accepted' | 'en_route' | 'arrived';
export type UnitKind = 'motorcycle' | 'car' | 'foot';
export interface Unit {
  id: string;
  callsign: string;
  kind: UnitKind;
  status: UnitStatus;
  lat?: number | null;
  lon?: number | null;
  fix_age_s?: number | null;
  reachable: boolean;
  held?: unknown;
  officers?: unknown[];
}
export interface ShiftUnit {
  id: string;
  callsign: string;
  kind: UnitKind;
  taken: boolean;
}
export interface Fix {
  at: string;
  lat: number;
  lon: number;
  accuracy?: number;
  speed?: number;
  heading?: number;
}
export interface PositionBatch {
  id: string;
  sent_at: string;
  fixes: Fix[];
}

export interface StageShares {
  p50: number | null;
  p90: number | null;
  p95: number | null;
}
export type StatsGroup = 'unit' | 'station' | 'hour' | 'priority' | 'beat';
export interface ResponseRow {
  group: string;
  label?: string | null;
  incidents: number;
  arrived: number;
  without_arrival: number;
  on_time_share: number | null;
  stages: Record<string, StageShares | null | undefined>;
}
export type HeatMetric = 'incidents' | 'late_share' | 'response_p90';
export interface HeatCell {
  type: 'Feature';
  geometry: { type: 'Polygon'; coordinates: number[][][] };
  properties: { h3: string; value: number | null; count: number };
}
export interface HeatMap {
  type: 'FeatureCollection';
  features: HeatCell[];
}
