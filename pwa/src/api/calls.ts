/** Every call the screens make that need not survive a lost network; the others are in `offline/`. */
import { body, http, send } from './client';
import type * as t from './types';

/** Sent with a decision, so that a retry after a lost answer has no second effect. */
const once = (key: string) => ({ headers: { 'Idempotency-Key': key } });

export const session = {
  open: (who: { username: string; password: string; otp?: string; passkey?: t.Passkey }) =>
    body(http.POST('/v1/session', { body: who })),
  close: () => body(http.DELETE('/v1/session')),
  me: () => body(http.GET('/v1/me')),
  lock: () => body(http.POST('/v1/session/lock')),
  unlock: (who: { username: string; pin?: string; password?: string; otp?: string }) =>
    body(http.POST('/v1/session/unlock', { body: who })),
  language: (language: string) => body(http.PATCH('/v1/me', { body: { language } })),
  station: (signal?: AbortSignal) => body(http.GET('/v1/station', { signal })),
  demo: (key: string | null) =>
    body(http.GET('/v1/demo', { params: { header: key ? { 'X-Demo-Key': key } : {} } })),
};

export const own_account = {
  changePassword: (old: string, chosen: string) =>
    body(http.POST('/v1/password', { body: { old, new: chosen } })),
  stepUp: (proof: { password: string } | { otp: string } | { passkey: t.Passkey }) =>
    body(http.POST('/v1/step-up', { body: proof })),
  sessions: (signal?: AbortSignal) => body(http.GET('/v1/sessions', { signal })),
  endSession: (session_id: string) =>
    body(http.DELETE('/v1/sessions/{session_id}', { params: { path: { session_id } } })),
  endOthers: () => body(http.DELETE('/v1/sessions')),
  setPin: (pin: string) => body(http.PUT('/v1/pin', { body: { pin } })),
  removePin: () => body(http.DELETE('/v1/pin')),
  beginSecondFactor: () => body(http.POST('/v1/otp')),
  confirmSecondFactor: (otp: string) => body(http.POST('/v1/otp/confirm', { body: { otp } })),
  removeSecondFactor: () => body(http.DELETE('/v1/otp')),
  accept: (code: string, password: string) =>
    body(http.POST('/v1/invitations/{code}', { params: { path: { code } }, body: { password } })),
};

export const recognition = {
  alerts: (state: t.AlertState, signal?: AbortSignal) =>
    body(http.GET('/v1/alerts', { params: { query: { state } }, signal })),
  alert: (alert_id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/alerts/{alert_id}', { params: { path: { alert_id } }, signal })),
  snapshot: (id: string) => `/v1/alerts/${id}/snapshot`,
  confirm: (alert_id: string, said: t.Confirmation, key: string) =>
    body(
      http.POST('/v1/alerts/{alert_id}/confirm', {
        params: { path: { alert_id } },
        body: said,
        ...once(key),
      }),
    ),
  reject: (alert_id: string, reason: string, key: string) =>
    body(
      http.POST('/v1/alerts/{alert_id}/reject', {
        params: { path: { alert_id } },
        body: { reason },
        ...once(key),
      }),
    ),
  cameras: (signal?: AbortSignal) => body(http.GET('/v1/cameras', { signal })),
};

export const watchlist = {
  entries: (signal?: AbortSignal) => body(http.GET('/v1/watchlist', { signal })),
  draft: (entry: t.NewWatchlistEntry) => body(http.POST('/v1/watchlist', { body: entry })),
  picture: (id: string) => `/v1/watchlist/pictures/${id}`,
  addPicture: (id: string, picture: File) => {
    const form = new FormData();
    form.set('picture', picture);
    return send<{ id: string }>({ method: 'POST', path: `/v1/watchlist/${id}/pictures`, form });
  },
  approve: (entry_id: string) =>
    body(http.POST('/v1/watchlist/{entry_id}/approve', { params: { path: { entry_id } } })),
  withdraw: (entry_id: string, reason: string) =>
    body(
      http.POST('/v1/watchlist/{entry_id}/withdraw', { params: { path: { entry_id } }, body: { reason } }),
    ),
};

const of = (incident_id: string) => ({ params: { path: { incident_id } } });
export const incidents = {
  active: (signal?: AbortSignal) =>
    body(http.GET('/v1/incidents', { params: { query: { active: true } }, signal })),
  one: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/incidents/{incident_id}', { ...of(id), signal })),
  create: (incident: t.NewIncident) => body(http.POST('/v1/incidents', { body: incident })),
  change: (id: string, change: Partial<t.IncidentChange>) =>
    body(http.PATCH('/v1/incidents/{incident_id}', { ...of(id), body: change })),
  hoaxes: (incident_ids: string[], reason: string) =>
    body(http.POST('/v1/incidents/hoaxes', { body: { incident_ids, reason } })),
  candidates: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/incidents/{incident_id}/candidates', { ...of(id), signal })),
  dispatch: (id: string, order: { unit_id?: string; mode: 'offer' | 'order' }, key: string) =>
    body(http.POST('/v1/incidents/{incident_id}/dispatch', { ...of(id), body: order, ...once(key) })),
  close: (id: string, result: { disposition: string; note?: string }) =>
    body(http.POST('/v1/incidents/{incident_id}/close', { ...of(id), body: result })),
  cancel: (id: string, reason: string) =>
    body(http.POST('/v1/incidents/{incident_id}/cancel', { ...of(id), body: { reason } })),
  safe: (id: string, note?: string) =>
    body(http.POST('/v1/incidents/{incident_id}/safe', { ...of(id), body: note ? { note } : {} })),
  merge: (id: string, into: string) =>
    body(http.POST('/v1/incidents/{incident_id}/merge', { ...of(id), body: { into } })),
  split: (id: string, sighting_ids: string[]) =>
    body(http.POST('/v1/incidents/{incident_id}/split', { ...of(id), body: { sighting_ids } })),
  undo: (id: string) => body(http.POST('/v1/incidents/{incident_id}/undo', of(id))),
  reports: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/incidents/{incident_id}/reports', { ...of(id), signal })),
  message: (id: string, text: string, override_reason?: string) =>
    body(
      http.POST('/v1/incidents/{incident_id}/message', {
        ...of(id),
        body: override_reason ? { text, override_reason } : { text },
      }),
    ),
  photo: (id: string) => `/v1/photos/${id}`,
  alarms: (signal?: AbortSignal) => body(http.GET('/v1/alarms', { signal })),
  acknowledge: (alarm_id: string) =>
    body(http.POST('/v1/alarms/{alarm_id}/acknowledge', { params: { path: { alarm_id } } })),
};

const named = (proposal_id: string) => ({ params: { path: { proposal_id } } });
export const proposals = {
  open: (signal?: AbortSignal) => body(http.GET('/v1/proposals', { signal })),
  accept: (id: string, key: string) =>
    body(http.POST('/v1/proposals/{proposal_id}/accept', { ...named(id), ...once(key) })),
  reject: (id: string, key: string) =>
    body(http.POST('/v1/proposals/{proposal_id}/reject', { ...named(id), body: {}, ...once(key) })),
};

export const assignments = {
  current: (signal?: AbortSignal) => body(http.GET('/v1/assignments/current', { signal })),
  caller: (id: string) =>
    body(http.POST('/v1/assignments/{assignment_id}/caller', { params: { path: { assignment_id: id } } })),
  /** One step of the ladder, by the operator on the unit's behalf. */
  step: (id: string, step: string, said: Record<string, unknown>, idempotency_key: string) =>
    send<t.Assignment>({
      method: 'POST',
      path: `/v1/assignments/${id}/${step}`,
      body: said,
      idempotency_key,
    }),
};

const tracker = (tracker_id: string) => ({ params: { path: { tracker_id } } });
const unit = (unit_id: string) => ({ params: { path: { unit_id } } });
export const units = {
  all: (signal?: AbortSignal) => body(http.GET('/v1/units', { signal })) as Promise<t.Page<t.Unit>>,
  /** Retired ones too, without positions. */
  equipped: (signal?: AbortSignal) =>
    body(http.GET('/v1/units', { params: { query: { all: true } }, signal })) as Promise<
      t.Page<t.EquippedUnit>
    >,
  add: (added: t.NewUnit) => body(http.POST('/v1/units', { body: added })),
  change: (id: string, change: t.UnitChange) =>
    body(http.PATCH('/v1/units/{unit_id}', { ...unit(id), body: change })),
  retire: (id: string) => body(http.DELETE('/v1/units/{unit_id}', unit(id))),
  trackers: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/units/{unit_id}/trackers', { ...unit(id), signal })),
  addTracker: (id: string, label: string) =>
    body(http.POST('/v1/units/{unit_id}/trackers', { ...unit(id), body: { label } })),
  revokeTracker: (id: string) => body(http.DELETE('/v1/trackers/{tracker_id}', tracker(id))),
  forShift: (signal?: AbortSignal) => body(http.GET('/v1/shift/units', { signal })),
  startShift: (unit_id: string) => body(http.POST('/v1/shift', { body: { unit_id } })),
  endShift: () => body(http.DELETE('/v1/shift')),
};

const channel = (channel_id: string) => ({ params: { path: { channel_id } } });
/** The station's settings: what is automatic, who is called, and over which channel. */
export const station = {
  change: (wanted: t.StationChange) => body(http.PUT('/v1/station', { body: wanted })),
  delegation: (signal?: AbortSignal) => body(http.GET('/v1/delegation', { signal })),
  delegate: (wanted: t.NewDelegation) => body(http.PUT('/v1/delegation', { body: wanted })),
  supervision: (signal?: AbortSignal) => body(http.GET('/v1/alarms/supervisor', { signal })),
  appoint: (account_id: string | null) => body(http.PUT('/v1/alarms/supervisor', { body: { account_id } })),
  channels: (signal?: AbortSignal) => body(http.GET('/v1/fallback-channels', { signal })),
  addChannel: (label: string, url: string) =>
    body(http.POST('/v1/fallback-channels', { body: { label, url } })),
  /** `to`: whom a channel for callers should write to. */
  testChannel: (id: string, to: string | null) =>
    body(http.POST('/v1/fallback-channels/{channel_id}/test', { ...channel(id), body: { to } })),
  removeChannel: (id: string) => body(http.DELETE('/v1/fallback-channels/{channel_id}', channel(id))),
};

export const roads = {
  streets: (signal?: AbortSignal) => body(http.GET('/v1/tiles', { signal })),
  coverage: (minutes: number, signal?: AbortSignal) =>
    body(http.GET('/v1/coverage', { params: { query: { minutes } }, signal })),
  route: (assignment_id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/assignments/{assignment_id}/route', { params: { path: { assignment_id } }, signal })),
};

export const push = {
  key: () => body(http.GET('/v1/push/key')),
  subscribe: (subscription: { endpoint: string; keys: { p256dh: string; auth: string }; device?: string }) =>
    body(http.PUT('/v1/push/subscription', { body: subscription })),
  test: () => body(http.POST('/v1/push/test', { body: {} })),
};

export const looking_back = {
  response: (from: string, to: string, group: t.StatsGroup, signal?: AbortSignal) =>
    body(http.GET('/v1/stats/response', { params: { query: { from, to, group } }, signal })),
  heatmap: (metric: t.HeatMetric, from: string, to: string, resolution: number, signal?: AbortSignal) =>
    body(http.GET('/v1/heatmap', { params: { query: { metric, from, to, resolution } }, signal })),
};

export const learned = {
  corrections: (signal?: AbortSignal) => body(http.GET('/v1/stats/corrections', { signal })),
  arrivals: (from: string, to: string, signal?: AbortSignal) =>
    body(http.GET('/v1/stats/arrivals', { params: { query: { from, to } }, signal })),
};

export const reports = {
  track: (report_id: string, token: string, signal?: AbortSignal) =>
    body(
      http.GET('/v1/reports/{report_id}', {
        params: { path: { report_id }, header: { Authorization: `Bearer ${token}` } },
        signal,
      }),
    ),
};
