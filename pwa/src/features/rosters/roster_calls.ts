import { body, http } from '../../api/client';
import type * as t from '../../api/types';
import { keys } from '../../live/keys';

type Read = { signal?: AbortSignal };
interface Period {
  from: string;
  to: string;
}

const shift = (shift_id: string) => ({ params: { path: { shift_id } } });
export const rosters = {
  of: (query: Period, signal?: AbortSignal) => body(http.GET('/v1/shifts', { params: { query }, signal })),
  officers: (signal?: AbortSignal) => body(http.GET('/v1/shifts/officers', { signal })),
  add: (added: t.NewPlannedShift) => body(http.POST('/v1/shifts', { body: added })),
  change: (id: string, change: t.PlannedShiftChange) =>
    body(http.PATCH('/v1/shifts/{shift_id}', { ...shift(id), body: change })),
  remove: (id: string) => body(http.DELETE('/v1/shifts/{shift_id}', shift(id))),
};

export const roster_queries = {
  of: (period: Period) => ({
    queryKey: keys.roster(period.from),
    queryFn: ({ signal }: Read) => rosters.of(period, signal),
    // No event tells of a roster.
    refetchInterval: 15_000,
  }),
  officers: () => ({
    queryKey: keys.roster('officers'),
    queryFn: ({ signal }: Read) => rosters.officers(signal),
  }),
};
