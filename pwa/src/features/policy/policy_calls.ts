import { body, http } from '../../api/client';
import type * as t from '../../api/types';
import { keys } from '../../live/keys';

type Read = { signal?: AbortSignal };

export const save = (policy: t.Policy) => body(http.PUT('/v1/policy', { body: policy }));

export const policy_queries = {
  present: () => ({
    queryKey: keys.policy(),
    queryFn: ({ signal }: Read) => body(http.GET('/v1/policy', { signal })),
  }),
  standard: () => ({
    queryKey: keys.policy('standard'),
    queryFn: ({ signal }: Read) => body(http.GET('/v1/policy/standard', { signal })),
  }),
  history: () => ({
    queryKey: keys.policy('history'),
    queryFn: ({ signal }: Read) => body(http.GET('/v1/policy/history', { signal })),
  }),
};
