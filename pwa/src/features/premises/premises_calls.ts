import { body, http } from '../../api/client';
import type { components } from '../../api/schema';
import { keys } from '../../live/keys';

type Schemas = components['schemas'];
export type PremisesWarning = Schemas['PremisesWarningRow'];
export type NewWarning = Schemas['WarningIn'];
const of = (warning_id: string) => ({ params: { path: { warning_id } } });

export const premises = {
  read: (signal?: AbortSignal) => body(http.GET('/v1/premises-warnings', { signal })),
  add: (wanted: NewWarning) => body(http.POST('/v1/premises-warnings', { body: wanted })),
  approve: (id: string) => body(http.POST('/v1/premises-warnings/{warning_id}/approve', of(id))),
  end: (id: string, reason: string) =>
    body(http.POST('/v1/premises-warnings/{warning_id}/end', { ...of(id), body: { reason } })),
};

export const premises_query = () => ({
  queryKey: keys.premises(),
  queryFn: ({ signal }: { signal: AbortSignal }) => premises.read(signal),
});
