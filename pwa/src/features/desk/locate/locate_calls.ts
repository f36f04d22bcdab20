import { body, http } from '../../../api/client';
import type { components } from '../../../api/schema';
import { keys } from '../../../live/keys';
import { ago } from '../../../locales/format';
import { m } from '../../../locales/paraglide/messages';

type Schemas = components['schemas'];
export type CallerLocation = Schemas['CallerLocationRow'];
const of = (incident_id: string) => ({ params: { path: { incident_id } } });

export const locating = {
  read: (id: string, signal?: AbortSignal) =>
    body(http.GET('/v1/incidents/{incident_id}/locate', { ...of(id), signal })),
  make: (id: string, wanted: Schemas['LocateIn']) =>
    body(http.POST('/v1/incidents/{incident_id}/locate', { ...of(id), body: wanted })),
  unmatched: (signal?: AbortSignal) => body(http.GET('/v1/caller-locations', { signal })),
};

export const locatedQuery = (id: string) => ({
  queryKey: keys.located(id),
  queryFn: ({ signal }: { signal: AbortSignal }) => locating.read(id, signal),
});
export const unmatchedQuery = () => ({
  queryKey: keys.unmatched_callers(),
  queryFn: ({ signal }: { signal: AbortSignal }) => locating.unmatched(signal),
  refetchInterval: 30_000,
});

/** Such as "GPS of the phone ± 12 m, 20 s ago". */
export function locationWords(one: CallerLocation, at: number): string {
  const from = one.source === 'link' ? m.locate_by_link() : m.locate_by_handset();
  const accuracy = one.accuracy === null ? '' : ` ± ${Math.round(one.accuracy)} m`;
  return `${from}${accuracy} · ${ago(Math.max(0, (at - Date.parse(one.received_at)) / 1000))}`;
}
