import { body, http } from '../../../api/client';
import type { IncidentKind } from '../../../api/types';
import { moments } from '../../figures/range';

export interface Wanted {
  words: string;
  caller: string;
  reason: string;
  kind: IncidentKind | '';
  from: string;
  to: string;
}

/** Newest first. `cursor`: of the page before. */
export function searchCases(wanted: Wanted, cursor: string | undefined, signal?: AbortSignal) {
  const time = wanted.from && wanted.to ? moments(wanted.from, wanted.to) : {};
  const query = {
    ...time,
    q: wanted.words.trim() || undefined,
    caller: wanted.caller.trim() || undefined,
    reason: wanted.reason.trim() || undefined,
    kind: wanted.kind || undefined,
    cursor,
  };
  return body(http.GET('/v1/incidents', { params: { query }, signal }));
}
