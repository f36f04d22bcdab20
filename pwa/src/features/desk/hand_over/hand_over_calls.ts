import { body, http } from '../../../api/client';
import type { components } from '../../../api/schema';
import { getLocale } from '../../../locales/paraglide/runtime';

export type StationNear = components['schemas']['StationNearRow'];
const of = (incident_id: string) => ({ params: { path: { incident_id } } });

export const handOvers = {
  stations: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/incidents/{incident_id}/hand-over', { ...of(id), signal })),
  ask: (id: string, station_id: string, reason: string) =>
    body(http.POST('/v1/incidents/{incident_id}/hand-over', { ...of(id), body: { station_id, reason } })),
  accept: (id: string) => body(http.POST('/v1/incidents/{incident_id}/accept-hand-over', of(id))),
  refuse: (id: string, reason: string) =>
    body(http.POST('/v1/incidents/{incident_id}/refuse-hand-over', { ...of(id), body: { reason } })),
  takeBack: (id: string, reason: string) =>
    body(http.POST('/v1/incidents/{incident_id}/take-back-hand-over', { ...of(id), body: { reason } })),
};

export const inOurWords = (th: string | null, en: string | null) =>
  (getLocale() === 'th' ? th : en) ?? th ?? en ?? '';
