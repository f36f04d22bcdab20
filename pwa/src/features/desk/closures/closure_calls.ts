import { body, http } from '../../../api/client';
import type * as t from '../../../api/types';
import { keys } from '../../../live/keys';

const closure = (closure_id: string) => ({ params: { path: { closure_id } } });
export const closures = {
  all: (signal?: AbortSignal) => body(http.GET('/v1/roads/closures', { signal })),
  close: (closed: t.NewClosure) => body(http.POST('/v1/roads/closures', { body: closed })),
  open: (id: string) => body(http.DELETE('/v1/roads/closures/{closure_id}', closure(id))),
};

export const closures_query = () => ({
  queryKey: keys.closures(),
  queryFn: ({ signal }: { signal: AbortSignal }) => closures.all(signal),
  // No event tells of a neighbour's.
  refetchInterval: 30_000,
});
