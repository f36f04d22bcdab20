// What the mock answers. Each route: [method, pattern, handler(request) → body | [status, body]].
import { randomUUID as uuid } from 'node:crypto';
import { heatCells, portrait, responseRows } from './figures.mjs';
import { accounts, newIncident, offerOf, STATION } from './state.mjs';

const at = (seconds = 0) => new Date(Date.now() + seconds * 1000).toISOString();
const problem = (status, code, more = {}) => [
  status,
  { type: 'about:blank', title: code, status, code, ...more },
];
const NEXT = {
  accept: 'accepted',
  'en-route': 'en_route',
  arrived: 'arrived',
  clear: 'cleared',
  decline: 'declined',
};
const INCIDENT = { accepted: 'assigned', en_route: 'en_route', arrived: 'on_scene', cleared: 'closed' };
const active = (state) =>
  state.incidents.filter((one) => !['closed', 'cancelled', 'merged'].includes(one.state));

function assignmentOf(state, id) {
  for (const incident of state.incidents) {
    const assignment = incident.assignments.find((one) => one.id === id);
    if (assignment) return { incident, assignment };
  }
  return null;
}

export function offer(state, tell, incident, unit_id) {
  const unit = state.units.find((one) => one.id === (unit_id ?? state.shift?.unit_id)) ?? state.units[0];
  const assignment = offerOf(incident, unit);
  incident.assignments.push(assignment);
  Object.assign(incident, { state: 'offering', forecast: 'on_time', eta_seconds: assignment.eta_seconds });
  incident.timeline.push({ kind: 'offered', source: 'system', server_at: at(), callsign: unit.callsign });
  unit.status = 'offered';
  tell('assignment', assignment.id, incident.id, unit.id);
  return assignment;
}

const meOf = (state, user) => ({
  user: { ...user, station_id: uuid(), language: 'th' },
  csrf_token: 'mock-csrf',
  shift: user.role === 'officer' ? state.shift : null,
});

function step(state, tell, id, name, body) {
  const found = assignmentOf(state, id);
  if (!found) return problem(404, 'not_found');
  const { incident, assignment } = found;
  const wanted = NEXT[name];
  if (name === 'backup') return [202, {}];
  if (assignment.state === wanted) return assignment;
  if (['cleared', 'declined', 'expired', 'withdrawn'].includes(assignment.state)) {
    return problem(409, 'wrong_state', { state: assignment.state });
  }
  assignment.state = wanted;
  incident.state = INCIDENT[wanted] ?? 'open';
  incident.timeline.push({
    kind: wanted,
    source: 'officer',
    server_at: at(),
    phone_at: body.at ?? null,
    callsign: assignment.callsign,
  });
  const unit = state.units.find((one) => one.id === assignment.unit_id);
  if (unit) unit.status = ['cleared', 'declined'].includes(wanted) ? 'available' : wanted;
  if (wanted === 'arrived') incident.forecast = 'met';
  tell('assignment', id, incident.id, assignment.unit_id);
  return assignment;
}

const trackedStatus = {
  open: 'received',
  offering: 'searching',
  assigned: 'assigned',
  en_route: 'on_the_way',
  on_scene: 'arrived',
};

function tracked(state, report, as) {
  const incident = state.incidents.find((one) => one.id === report.incident_id);
  const status = report.cancelled ? 'cancelled' : (trackedStatus[incident.state] ?? 'closed');
  const names = {
    received: 'received',
    accepted: 'assigned',
    en_route: 'on_the_way',
    arrived: 'arrived',
    cleared: 'closed',
  };
  return {
    ...report.body,
    reference: incident.reference,
    as,
    status,
    covered: report.covered,
    safe: report.safe,
    received_at: incident.received_at,
    due_at: incident.due_at,
    timeline: incident.timeline
      .filter(({ kind }) => names[kind])
      .map((p) => ({ kind: names[p.kind], at: p.server_at })),
    arrival_doubtful: false,
    eta_minutes: ['assigned', 'on_the_way'].includes(status) ? { low: 3, high: 5 } : null,
    messages: report.messages,
  };
}

export const routes = [
  [
    'POST',
    '/v1/session',
    ({ state, body }) => {
      const user = accounts.find((one) => one.username === body.username && one.password === body.password);
      if (!user) return problem(401, 'unauthenticated');
      const id = uuid();
      state.sessions.set(id, user);
      return [
        200,
        meOf(state, user),
        { 'Set-Cookie': `sipha_session=${id}; Path=/; HttpOnly; SameSite=Strict` },
      ];
    },
  ],
  [
    'GET',
    '/v1/demo',
    ({ headers }) => ({
      accounts: accounts.map(({ id: _id, ...one }) =>
        headers['x-demo-key'] === 'mock' ? one : { ...one, password: null },
      ),
    }),
  ],
  [
    'POST',
    '/v1/reports',
    ({ state, body, tell }) => {
      const known = state.reports.get(body.id);
      if (!known) {
        const incident = newIncident(state, { ...body, id: undefined, note: body.description });
        state.reports.set(body.id, {
          body,
          incident_id: incident.id,
          covered: body.lat !== 1,
          safe: false,
          messages: [],
          owner: uuid(),
          share: uuid(),
        });
        if (body.kind === 'sos' && state.shift) offer(state, tell, incident);
        tell('incident', incident.id, incident.id);
      }
      const report = state.reports.get(body.id);
      const { reference } = state.incidents.find((one) => one.id === report.incident_id);
      return [
        known ? 200 : 201,
        {
          id: body.id,
          reference,
          owner_token: report.owner,
          share_token: report.share,
          covered: report.covered,
          target_seconds: 300,
        },
      ];
    },
  ],
  [
    'GET',
    '/v1/reports/:id',
    ({ state, params, token }) => {
      const report = state.reports.get(params.id);
      if (!report || ![report.owner, report.share].includes(token)) return problem(404, 'not_found');
      return tracked(state, report, token === report.owner ? 'owner' : 'share');
    },
  ],
  [
    'POST',
    '/v1/reports/:id/:what',
    ({ state, params, body }) => {
      const report = state.reports.get(params.id);
      if (params.what === 'safe') report.safe = true;
      if (params.what === 'cancel') report.cancelled = true;
      if (params.what === 'message') report.messages.push({ at: at(), from: 'reporter', text: body.text });
      return [204];
    },
  ],
  ['POST', '/v1/push/receipts', ({ state, body }) => (state.receipts.push(body), [204])],
  ['GET', '/mock/receipts', ({ state }) => state.receipts],
  [
    'POST',
    '/mock/offer',
    ({ state, tell }) =>
      offer(
        state,
        tell,
        newIncident(state, {
          kind: 'violence',
          place: 'ปากซอยประชาสงเคราะห์ 23 หน้าร้านสะดวกซื้อ',
          lat: STATION.lat,
          lon: STATION.lon,
        }),
      ),
  ],
  ['POST', '/mock/jobs', ({ state, body }) => ((state.jobs_silent = body.silent), {})],
];

const staff = [
  ['DELETE', '/v1/session', ({ state, session }) => (state.sessions.delete(session), [204])],
  ['GET', '/v1/me', ({ state, user }) => meOf(state, user)],
  ['PATCH', '/v1/me', ({ state, user }) => meOf(state, user)],
  [
    'GET',
    '/v1/station',
    ({ state }) => ({
      id: uuid(),
      name_th: 'สน.ห้วยขวาง',
      name_en: 'Huai Khwang',
      phone: '022770000',
      ...STATION,
      demo: true,
      target_seconds: { 1: 300, 2: 900, 3: 900 },
      offer_seconds: 30,
      jobs_silent: state.jobs_silent,
      jobs_seen_at: at(),
      now: at(),
    }),
  ],
  ['GET', '/v1/alerts', ({ state }) => ({ items: state.alerts.filter((one) => one.state === 'pending') })],
  [
    'GET',
    '/v1/alerts/:id',
    ({ state, params }) => state.alerts.find((one) => one.id === params.id) ?? problem(404, 'not_found'),
  ],
  ['GET', '/v1/alerts/:id/snapshot', () => [200, portrait(210), { 'Content-Type': 'image/svg+xml' }]],
  ['GET', '/v1/watchlist/pictures/:id', () => [200, portrait(30), { 'Content-Type': 'image/svg+xml' }]],
  [
    'POST',
    '/v1/alerts/:id/:decision',
    ({ state, params, user, tell }) => {
      const alert = state.alerts.find((one) => one.id === params.id);
      alert.state = params.decision === 'confirm' ? 'confirmed' : 'rejected';
      alert.decision = { by: user.display_name, at: at(), reason: null };
      tell('alert', alert.id);
      if (params.decision === 'reject') return { id: alert.id, state: alert.state };
      const incident = newIncident(state, {
        kind: alert.kind,
        ...alert.camera,
        id: undefined,
        place: alert.camera.name,
      });
      incident.sightings.push({
        id: uuid(),
        source: 'alert',
        kind: alert.kind,
        at: alert.occurred_at,
        lat: 0,
        lon: 0,
        camera_name: alert.camera.name,
        confidence: alert.confidence,
      });
      offer(state, tell, incident);
      return { id: alert.id, state: alert.state, incident_id: incident.id };
    },
  ],
  [
    'GET',
    '/v1/cameras',
    () => ({
      items: [
        {
          id: uuid(),
          name: 'กล้อง 111 แยกเทียมร่วมมิตร',
          ...STATION,
          state: 'live',
          state_at: at(-4),
          detail: null,
        },
        {
          id: uuid(),
          name: 'กล้อง 114 หน้าตลาดห้วยขวาง',
          ...STATION,
          state: 'stalled',
          state_at: at(-40),
          detail: null,
        },
      ],
    }),
  ],
  ['GET', '/v1/watchlist', ({ state }) => ({ items: state.watchlist })],
  [
    'POST',
    '/v1/watchlist',
    ({ state, body, user }) => {
      state.watchlist.push({
        court: null,
        warrant_number: null,
        review_at: null,
        born: null,
        plate: null,
        priority: 2,
        ...body,
        state: 'draft',
        requested_by: user,
        approved_by: null,
        created_at: at(),
        pictures: [],
      });
      return [201, { id: body.id, state: 'draft' }];
    },
  ],
  [
    'POST',
    '/v1/watchlist/:id/:what',
    ({ state, params, user }) => {
      const entry = state.watchlist.find((one) => one.id === params.id);
      if (params.what === 'approve') Object.assign(entry, { state: 'approved', approved_by: user });
      if (params.what === 'withdraw') entry.state = 'withdrawn';
      if (params.what === 'pictures') entry.pictures.push({ id: uuid(), created_at: at(), templates: [] });
      return [201, { id: uuid() }];
    },
  ],
  ['GET', '/v1/alarms', ({ state }) => ({ items: state.alarms })],
  [
    'POST',
    '/v1/alarms/:id/acknowledge',
    ({ state, params }) => {
      const alarm = state.alarms.find((one) => one.id === params.id);
      state.alarms = state.alarms.filter((one) => one !== alarm);
      return alarm;
    },
  ],
  ['GET', '/v1/incidents', ({ state }) => ({ items: active(state) })],
  [
    'POST',
    '/v1/incidents',
    ({ state, body, tell }) => {
      const incident = newIncident(state, body);
      if (body.dispatch) offer(state, tell, incident);
      return [201, incident];
    },
  ],
  [
    'GET',
    '/v1/incidents/:id',
    ({ state, params }) => state.incidents.find((one) => one.id === params.id) ?? problem(404, 'not_found'),
  ],
  [
    'GET',
    '/v1/incidents/:id/candidates',
    ({ state }) => ({
      items: state.units
        .map((unit, index) => ({
          unit_id: unit.id,
          callsign: unit.callsign,
          eta_seconds: 170 + index * 85,
          eta_source: 'straight_line',
          distance_m: 900 + index * 400,
          fix_age_s: unit.fix_age_s,
          reasons: index ? ['reachable_push'] : ['nearest', 'reachable_live'],
          excluded_because: [null, 'off_duty', 'busy', 'stale_fix'][index],
        }))
        .sort((a, b) => Number(!!a.excluded_because) - Number(!!b.excluded_because)),
    }),
  ],
  [
    'POST',
    '/v1/incidents/:id/dispatch',
    ({ state, params, body, tell }) =>
      offer(
        state,
        tell,
        state.incidents.find((one) => one.id === params.id),
        body.unit_id,
      ),
  ],
  [
    'GET',
    '/v1/incidents/:id/reports',
    ({ state, params }) => ({
      items: [...state.reports.values()]
        .filter((one) => one.incident_id === params.id)
        .map((one) => ({
          description: null,
          contact: null,
          safe_to_call: null,
          silent: false,
          accuracy: null,
          language: 'th',
          ...one.body,
          safe: one.safe,
          cancelled: !!one.cancelled,
          created_at: at(-60),
          messages: one.messages,
          photo_ids: [],
        })),
    }),
  ],
  [
    'POST',
    '/v1/incidents/:id/message',
    ({ state, params, body }) => {
      for (const one of state.reports.values())
        if (one.incident_id === params.id)
          one.messages.push({ at: at(), from: 'radio_room', text: body.text });
      return [204];
    },
  ],
  [
    'POST',
    '/v1/incidents/:id/:end',
    ({ state, params, tell }) => {
      const incident = state.incidents.find((one) => one.id === params.id);
      incident.state = { close: 'closed', cancel: 'cancelled', merge: 'merged' }[params.end];
      tell('incident', incident.id, incident.id);
      return incident;
    },
  ],
  [
    'GET',
    '/v1/assignments/current',
    ({ state }) => {
      const job = (states) => {
        for (const incident of state.incidents) {
          const assignment = incident.assignments.find(
            (one) => one.unit_id === state.shift?.unit_id && states.includes(one.state),
          );
          if (assignment) return { assignment, incident };
        }
        return null;
      };
      return { held: job(['accepted', 'en_route', 'arrived']), offer: job(['offered']) };
    },
  ],
  [
    'POST',
    '/v1/assignments/:id/:step',
    ({ state, params, body, tell }) => step(state, tell, params.id, params.step, body),
  ],
  ['GET', '/v1/units', ({ state }) => ({ items: state.units })],
  [
    'GET',
    '/v1/shift/units',
    ({ state }) => ({
      items: state.units.map(({ id, callsign, kind, status }) => ({
        id,
        callsign,
        kind,
        taken: status !== 'off_duty',
      })),
    }),
  ],
  [
    'POST',
    '/v1/shift',
    ({ state, body }) => {
      const unit = state.units.find((one) => one.id === body.unit_id);
      unit.status = 'available';
      return (state.shift = { unit_id: unit.id, callsign: unit.callsign, started_at: at() });
    },
  ],
  ['DELETE', '/v1/shift', ({ state }) => ((state.shift = null), [204])],
  ['POST', '/v1/positions', ({ body }) => ({ accepted: body.fixes.length, rejected: [] })],
  [
    'GET',
    '/v1/push/key',
    () => ({
      key: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM', // pragma: allowlist secret
    }),
  ],
  ['PUT', '/v1/push/subscription', () => [204]],
  ['POST', '/v1/push/test', () => [202, {}]],
  [
    'GET',
    '/v1/stats/response',
    ({ state, query }) => ({ items: responseRows(query.get('group'), state.units) }),
  ],
  ['GET', '/v1/heatmap', ({ query }) => heatCells(STATION, query.get('metric'))],
];
export const staffRoutes = staff;
