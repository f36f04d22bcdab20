import { body, http } from '../../api/client';
import { keys } from '../../live/keys';

export interface AuditFilter {
  actor?: string;
  kind?: string;
  subject?: string;
  from?: string;
  to?: string;
}
export const audit = {
  read: (filter: AuditFilter, cursor: string | undefined, signal?: AbortSignal) =>
    body(http.GET('/v1/audit', { params: { query: { ...filter, cursor } }, signal })),
  head: (signal?: AbortSignal) => body(http.GET('/v1/audit/head', { signal })),
  export: (filter: AuditFilter) =>
    body(http.GET('/v1/audit/export', { params: { query: filter }, parseAs: 'blob' })) as Promise<Blob>,
};

export const head_query = () => ({
  queryKey: keys.audit_head(),
  queryFn: ({ signal }: { signal: AbortSignal }) => audit.head(signal),
  refetchInterval: 60_000,
});
