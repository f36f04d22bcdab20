import { looking_back } from '../../api/calls';
import type { StatsGroup } from '../../api/types';

export function figures(from: string, to: string, group: StatsGroup) {
  return {
    queryKey: ['response', group, from, to],
    queryFn: ({ signal }: { signal: AbortSignal }) => looking_back.response(from, to, group, signal),
    refetchInterval: 60_000,
  };
}
