import type { CreateQueryOptions } from '@tanstack/svelte-query';
import {
  assignments,
  incidents,
  own_account,
  proposals,
  recognition,
  roads,
  session,
  station,
  units,
  watchlist,
} from '../api/calls';
import { Problem } from '../api/problem';
import type { CurrentJob, Station } from '../api/types';
import { recall, remember } from '../offline/snapshots';
import { hearStation } from './connection.svelte';
import { keys } from './keys';

/** Options for `createQuery`: one function per thing that a screen can read. */
export const queries = {
  station: () =>
    ({
      queryKey: keys.station(),
      queryFn: async ({ signal }) => {
        const station = await kept('station', () => session.station(signal));
        hearStation(station);
        return station;
      },
      refetchInterval: 30_000,
    }) satisfies CreateQueryOptions<Station>,
  current: () => ({
    queryKey: keys.current(),
    queryFn: ({ signal }: Read) => kept<CurrentJob>('current', () => assignments.current(signal)),
    // The stream announces changes; this is the safety net.
    refetchInterval: 10_000,
  }),
  pending_alerts: () => ({
    queryKey: keys.alerts(),
    queryFn: ({ signal }: Read) => recognition.alerts('pending', signal),
    refetchInterval: 30_000,
  }),
  alert: (id: string) => ({
    queryKey: keys.alert(id),
    queryFn: ({ signal }: Read) => recognition.alert(id, signal),
  }),
  alarms: () => ({
    queryKey: keys.alarms(),
    queryFn: ({ signal }: Read) => incidents.alarms(signal),
    refetchInterval: 30_000,
  }),
  incidents: () => ({
    queryKey: keys.incidents(),
    queryFn: ({ signal }: Read) => incidents.active(signal),
    refetchInterval: 20_000,
  }),
  incident: (id: string) => ({
    queryKey: keys.incident(id),
    queryFn: ({ signal }: Read) => incidents.one(id, signal),
    refetchInterval: 20_000,
  }),
  candidates: (id: string) => ({
    queryKey: keys.candidates(id),
    queryFn: ({ signal }: Read) => incidents.candidates(id, signal),
    refetchInterval: 10_000,
  }),
  incident_reports: (id: string) => ({
    queryKey: keys.incident_reports(id),
    queryFn: ({ signal }: Read) => incidents.reports(id, signal),
  }),
  units: () => ({
    queryKey: keys.units(),
    queryFn: ({ signal }: Read) => units.all(signal),
    // Moves come by the stream; this is the safety net.
    refetchInterval: 15_000,
  }),
  equipped_units: () => ({
    queryKey: keys.equipped_units(),
    queryFn: ({ signal }: Read) => units.equipped(signal),
  }),
  shift_units: () => ({
    queryKey: keys.shift_units(),
    queryFn: ({ signal }: Read) => units.forShift(signal),
  }),
  cameras: () => ({
    queryKey: keys.cameras(),
    queryFn: ({ signal }: Read) => recognition.cameras(signal),
    refetchInterval: 15_000,
  }),
  watchlist: () => ({
    queryKey: keys.watchlist(),
    queryFn: ({ signal }: Read) => watchlist.entries(signal),
  }),
  proposals: () => ({
    queryKey: keys.proposals(),
    queryFn: ({ signal }: Read) => proposals.open(signal),
    refetchInterval: 15_000,
  }),
  delegation: () => ({
    queryKey: keys.delegation(),
    queryFn: ({ signal }: Read) => station.delegation(signal),
  }),
  supervision: () => ({
    queryKey: keys.supervision(),
    queryFn: ({ signal }: Read) => station.supervision(signal),
  }),
  channels: () => ({
    queryKey: keys.channels(),
    queryFn: ({ signal }: Read) => station.channels(signal),
    // A message's outcome is known only once the service has answered.
    refetchInterval: 5000,
  }),
  trackers: (unit_id: string) => ({
    queryKey: keys.trackers(unit_id),
    queryFn: ({ signal }: Read) => units.trackers(unit_id, signal),
  }),
  route: (assignment_id: string) => ({
    queryKey: keys.route(assignment_id),
    queryFn: ({ signal }: Read) => roads.route(assignment_id, signal),
    refetchInterval: 15_000,
  }),
  coverage: (minutes: number) => ({
    queryKey: keys.coverage(String(minutes)),
    queryFn: ({ signal }: Read) => roads.coverage(minutes, signal),
    refetchInterval: 15_000,
  }),
  own_sessions: () => ({
    queryKey: keys.own_sessions(),
    queryFn: ({ signal }: Read) => own_account.sessions(signal),
    refetchInterval: 30_000,
  }),
  streets: () => ({
    queryKey: keys.streets(),
    // Tiles are cached in the browser, and so is their address.
    queryFn: ({ signal }: Read) => kept('streets', () => roads.streets(signal)),
    staleTime: 600_000,
  }),
};
type Read = { signal: AbortSignal };

/** The server's value or, without a network, the last one this phone has seen. */
async function kept<T>(key: string, read: () => Promise<T>): Promise<T> {
  try {
    const value = await read();
    void remember(key, value).catch(() => undefined);
    return value;
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 0) throw problem;
    const last = await recall<T>(key).catch(() => null);
    if (!last) throw problem;
    return last.value;
  }
}
