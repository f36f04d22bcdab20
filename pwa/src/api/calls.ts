/** Every call the screens make that need not survive a dead network; those are in `offline/`. */
import { get, post, query, send } from './client';
import type * as t from './types';

const id_of = encodeURIComponent;

export const session = {
  open: (body: { username: string; password: string; otp?: string }) => post<t.Session>('/v1/session', body),
  close: () => send<undefined>({ method: 'DELETE', path: '/v1/session' }),
  me: () => get<t.Me>('/v1/me'),
  language: (language: t.Language) => send<t.Me>({ method: 'PATCH', path: '/v1/me', body: { language } }),
  station: (signal?: AbortSignal) => get<t.Station>('/v1/station', signal),
  demo: (key: string | null) =>
    send<{ accounts: t.DemoAccount[] }>({
      method: 'GET',
      path: '/v1/demo',
      headers: key ? { 'X-Demo-Key': key } : {},
    }),
};

export const recognition = {
  alerts: (state: t.AlertState, signal?: AbortSignal) =>
    get<t.Page<t.Alert>>(`/v1/alerts${query({ state })}`, signal),
  alert: (id: string, signal?: AbortSignal) => get<t.Alert>(`/v1/alerts/${id_of(id)}`, signal),
  snapshot: (id: string) => `/v1/alerts/${id_of(id)}/snapshot`,
  confirm: (id: string, reason: string | undefined, key: string) =>
    post<{ id: string; state: t.AlertState; incident_id: string }>(
      `/v1/alerts/${id_of(id)}/confirm`,
      reason ? { reason } : {},
      { idempotency_key: key },
    ),
  reject: (id: string, reason: string, key: string) =>
    post<{ id: string; state: t.AlertState }>(
      `/v1/alerts/${id_of(id)}/reject`,
      { reason },
      { idempotency_key: key },
    ),
  cameras: (signal?: AbortSignal) => get<t.Page<t.Camera>>('/v1/cameras', signal),
};

export const watchlist = {
  entries: (signal?: AbortSignal) => get<t.Page<t.WatchlistEntry>>('/v1/watchlist', signal),
  entry: (id: string, signal?: AbortSignal) => get<t.WatchlistEntry>(`/v1/watchlist/${id_of(id)}`, signal),
  draft: (body: t.NewWatchlistEntry) => post<t.WatchlistEntry>('/v1/watchlist', body),
  picture: (id: string) => `/v1/watchlist/pictures/${id_of(id)}`,
  addPicture: (id: string, picture: File) => {
    const form = new FormData();
    form.set('picture', picture);
    return send<{ id: string }>({ method: 'POST', path: `/v1/watchlist/${id_of(id)}/pictures`, form });
  },
  approve: (id: string) => post<unknown>(`/v1/watchlist/${id_of(id)}/approve`),
  withdraw: (id: string, reason: string) => post<unknown>(`/v1/watchlist/${id_of(id)}/withdraw`, { reason }),
};

export const incidents = {
  active: (signal?: AbortSignal) =>
    get<t.Page<t.Incident>>(`/v1/incidents${query({ active: true })}`, signal),
  one: (id: string, signal?: AbortSignal) => get<t.Incident>(`/v1/incidents/${id_of(id)}`, signal),
  create: (body: t.NewIncident) => post<t.Incident>('/v1/incidents', body),
  candidates: (id: string, signal?: AbortSignal) =>
    get<t.Page<t.Candidate>>(`/v1/incidents/${id_of(id)}/candidates`, signal),
  dispatch: (id: string, body: { unit_id?: string; mode?: 'offer' | 'order' }, key: string) =>
    post<unknown>(`/v1/incidents/${id_of(id)}/dispatch`, body, { idempotency_key: key }),
  close: (id: string, body: { disposition: string; note?: string }) =>
    post<unknown>(`/v1/incidents/${id_of(id)}/close`, body),
  cancel: (id: string, reason: string) => post<unknown>(`/v1/incidents/${id_of(id)}/cancel`, { reason }),
  merge: (id: string, into: string) => post<unknown>(`/v1/incidents/${id_of(id)}/merge`, { into }),
  reports: (id: string, signal?: AbortSignal) =>
    get<t.Page<t.IncidentReport>>(`/v1/incidents/${id_of(id)}/reports`, signal),
  message: (id: string, text: string) => post<undefined>(`/v1/incidents/${id_of(id)}/message`, { text }),
  photo: (id: string) => `/v1/photos/${id_of(id)}`,
  alarms: (signal?: AbortSignal) => get<t.Page<t.Alarm>>('/v1/alarms', signal),
  acknowledge: (id: string) => post<unknown>(`/v1/alarms/${id_of(id)}/acknowledge`),
};

export const assignments = {
  current: (signal?: AbortSignal) => get<t.CurrentJob>('/v1/assignments/current', signal),
  /** One step of the ladder, by the operator on the unit's behalf. */
  step: (id: string, step: string, body: Record<string, unknown>, key: string) =>
    post<t.Assignment>(`/v1/assignments/${id_of(id)}/${step}`, body, { idempotency_key: key }),
  backup: (id: string, note?: string) =>
    post<unknown>(`/v1/assignments/${id_of(id)}/backup`, note ? { note } : {}),
};

export const units = {
  all: (signal?: AbortSignal) => get<t.Page<t.Unit>>('/v1/units', signal),
  forShift: (signal?: AbortSignal) => get<t.Page<t.ShiftUnit>>('/v1/shift/units', signal),
  startShift: (unit_id: string) => post<t.Shift>('/v1/shift', { unit_id }),
  endShift: () => send<undefined>({ method: 'DELETE', path: '/v1/shift' }),
};

export const push = {
  key: () => get<{ key: string }>('/v1/push/key'),
  subscribe: (body: { endpoint: string; keys: { p256dh: string; auth: string }; device?: string }) =>
    send<undefined>({ method: 'PUT', path: '/v1/push/subscription', body }),
  unsubscribe: () => send<undefined>({ method: 'DELETE', path: '/v1/push/subscription' }),
  test: () => post<unknown>('/v1/push/test'),
};

export const looking_back = {
  response: (from: string, to: string, group: t.StatsGroup, signal?: AbortSignal) =>
    get<t.Page<t.ResponseRow>>(`/v1/stats/response${query({ from, to, group })}`, signal),
  heatmap: (metric: t.HeatMetric, from: string, to: string, resolution: number, signal?: AbortSignal) =>
    get<t.HeatMap>(`/v1/heatmap${query({ metric, from, to, resolution })}`, signal),
};

export const reports = {
  track: (id: string, token: string, signal?: AbortSignal) =>
    send<t.TrackedReport>({ method: 'GET', path: `/v1/reports/${id_of(id)}`, token, signal }),
};
