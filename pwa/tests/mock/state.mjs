// A small made-up station for looking at the screens without the server. Never shipped.
import { randomUUID as uuid } from 'node:crypto';

const at = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
export const STATION = { lat: 13.7765, lon: 100.5745 };

const unit = (n, callsign, kind, status, more = {}) => ({
  id: `00000000-0000-4000-8000-0000000000${n}`,
  callsign,
  kind,
  status,
  lat: STATION.lat + (n - 12) * 0.002,
  lon: STATION.lon + ((n * 7) % 5) * 0.003 - 0.006,
  fix_age_s: n === 14 ? 190 : 4,
  reachable: n !== 13,
  held: null,
  officers: [],
  ...more,
});

export const accounts = [
  ['operator', 'radio', 'ร.ต.ต. สมหญิง ใจดี', null],
  ['officer', 'patrol22', 'ส.ต.อ. สมชาย กล้าหาญ', 'ห้วยขวาง 22'],
  ['officer', 'patrol31', 'จ.ส.ต. วิชัย มั่นคง', 'ห้วยขวาง 31'],
  ['commander', 'chief', 'พ.ต.อ. ประเสริฐ ยุติธรรม', null],
  ['admin', 'admin', 'ผู้ดูแลระบบ', null],
  ['auditor', 'auditor', 'ผู้ตรวจสอบ', null],
].map(([role, username, display_name, callsign], index) => ({
  id: `10000000-0000-4000-8000-00000000000${index}`,
  role,
  username,
  display_name,
  callsign,
  password: `demo-${username}`, // pragma: allowlist secret
}));

export function freshState() {
  const state = {
    jobs_silent: false,
    sessions: new Map(),
    shift: null,
    units: [
      unit(11, 'ห้วยขวาง 11', 'car', 'available'),
      unit(12, 'ห้วยขวาง 22', 'motorcycle', 'off_duty'),
      unit(13, 'ห้วยขวาง 31', 'motorcycle', 'en_route'),
      unit(14, 'ห้วยขวาง 09', 'foot', 'available'),
    ],
    alerts: [],
    incidents: [],
    alarms: [],
    reports: new Map(),
    watchlist: [],
    receipts: [],
    seen: new Map(),
    count: 1187,
  };
  const entry = {
    id: uuid(),
    label: 'ช.112/2569',
    legal_basis: 'ป.วิ.อ. ม.66',
    warrant_number: 'จ.112/2569',
    court: 'ศาลอาญา',
    expires_at: at(86400 * 300),
    review_at: at(86400 * 60),
    picture_source: 'ทะเบียนประวัติ ถ่าย 3 ปีก่อน',
    born: null,
    priority: 2,
    plate: null,
    state: 'approved',
    requested_by: { id: accounts[0].id, display_name: accounts[0].display_name },
    approved_by: { id: accounts[3].id, display_name: accounts[3].display_name },
    created_at: at(-86400 * 9),
    pictures: [
      {
        id: uuid(),
        created_at: at(-86400 * 9),
        templates: [{ model: 'dlib-resnet@1', quality: 0.9, problem: null }],
      },
    ],
  };
  state.watchlist.push(entry, {
    ...entry,
    id: uuid(),
    label: 'ช.140/2569',
    warrant_number: 'จ.140/2569',
    state: 'draft',
    approved_by: null,
    pictures: [],
  });
  state.alerts.push({
    id: uuid(),
    kind: 'watchlist_face',
    state: 'pending',
    camera: { id: uuid(), name: 'กล้อง 111 แยกเทียมร่วมมิตร', lat: STATION.lat + 0.004, lon: STATION.lon },
    occurred_at: at(-12),
    received_at: at(-10),
    confidence: 0.58,
    model: { name: 'dlib-resnet', version: '1', threshold: 0.5 },
    plate: null,
    note: null,
    has_snapshot: true,
    watchlist_entry: { ...entry, picture_ids: entry.pictures.map(({ id }) => id) },
    incident_id: null,
    decision: null,
    decide_by: at(170),
    camera_record: { confirmed: 18, decided: 21 },
  });
  const first = newIncident(state, {
    kind: 'violence',
    place: 'ปากซอยประชาสงเคราะห์ 23',
    lat: STATION.lat,
    lon: STATION.lon,
  });
  first.received_at = at(-60);
  first.due_at = at(240);
  Object.assign(first, { state: 'en_route', forecast: 'on_time', eta_seconds: 125 });
  first.assignments.push({ ...offerOf(first, state.units[2]), state: 'en_route' });
  const late = newIncident(state, { kind: 'sos', lat: STATION.lat - 0.004, lon: STATION.lon + 0.003 });
  Object.assign(late, {
    due_at: at(72),
    received_at: at(-228),
    state: 'open',
    forecast: 'late',
    verified: false,
  });
  state.alarms.push({
    id: uuid(),
    incident_id: late.id,
    reference: late.reference,
    reason: 'no_taker',
    raised_at: at(-30),
    acknowledged_at: null,
    acknowledged_by: null,
  });
  newIncident(state, {
    kind: 'nuisance',
    place: 'ซอยรัชดาภิเษก 18',
    lat: STATION.lat + 0.006,
    lon: STATION.lon - 0.004,
  });
  return state;
}

export function newIncident(state, { id = uuid(), kind, lat, lon, place = null, note = null, priority }) {
  const level = priority ?? { sos: 1, violence: 1, theft: 2, suspicious: 2, watchlist_face: 2 }[kind] ?? 3;
  const target_seconds = level === 1 ? 300 : 900;
  const incident = {
    id,
    reference: `69-${String(state.count++).padStart(5, '0')}`,
    kind,
    priority: level,
    state: 'open',
    lat,
    lon,
    place,
    note,
    received_at: at(0),
    due_at: at(target_seconds),
    target_seconds,
    eta_seconds: null,
    forecast: 'unassigned',
    forecast_reason: null,
    verified: true,
    drill: false,
    units_wanted: 1,
    timeline: [{ kind: 'received', source: 'system', server_at: at(0), phone_at: null, by: null }],
    assignments: [],
    sightings: [],
    arrival_doubtful: false,
    doubtful_arrivals: [],
  };
  state.incidents.push(incident);
  return incident;
}

export function offerOf(incident, unit, seconds = 30) {
  return {
    id: uuid(),
    incident_id: incident.id,
    unit_id: unit.id,
    callsign: unit.callsign,
    state: 'offered',
    mode: 'offer',
    offered_at: at(0),
    offer_ends_at: at(seconds),
    eta_seconds: 250,
    eta_source: 'straight_line',
    deliveries: { sent_at: at(1), delivered_at: at(2), shown_at: null, opened_at: null },
  };
}
