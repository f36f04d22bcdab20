import { body, http } from '../../api/client';
import type * as t from '../../api/types';
import { keys } from '../../live/keys';

type Read = { signal?: AbortSignal };

export const province = {
  stations: (signal?: AbortSignal) => body(http.GET('/v1/stations', { signal })),
  figures: (signal?: AbortSignal) => body(http.GET('/v1/stats/stations', { signal })),
  found: (stations: t.StationPlan[]) => body(http.POST('/v1/stations', { body: { stations } })),
};

export const province_queries = {
  stations: () => ({
    queryKey: keys.province(),
    queryFn: ({ signal }: Read) => province.stations(signal),
    // Counted every half minute; no event tells of another station's cases.
    refetchInterval: 15_000,
  }),
  figures: () => ({
    queryKey: keys.province_figures(),
    queryFn: ({ signal }: Read) => province.figures(signal),
    refetchInterval: 300_000,
  }),
};
