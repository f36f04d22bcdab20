import { QueryClient } from '@tanstack/svelte-query';
import { Problem } from '../api/problem';
import type { Assignment, CurrentJob, Unit } from '../api/types';
import { keepWith } from './changes';
import { keys, type Key } from './keys';

type Moved = Pick<Unit, 'id' | 'lat' | 'lon' | 'fix_age_s'>;
type Units = { items: Unit[] };

/** The screens read from here; only `live/` and `offline/` write to it. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // The banner shows a lost network; queries wait for it without giving up.
      networkMode: 'always',
      retry: (count, problem) => problem instanceof Problem && problem.temporary && count < 3,
      retryDelay: (count) => Math.min(8000, 500 * 2 ** count),
      refetchOnWindowFocus: true,
    },
  },
});

const due = new Map<string, Key>();
let timer: ReturnType<typeof setTimeout> | null = null;

/** Reloads the named things; a burst of events costs one request each. */
function refresh(...changed: Key[]): void {
  for (const key of changed) due.set(key.join('/'), key);
  timer ??= setTimeout(() => {
    timer = null;
    const batch = [...due.values()];
    due.clear();
    for (const key of batch) void cache.invalidateQueries({ queryKey: key });
  }, 120);
}

function refreshAll(): void {
  void cache.invalidateQueries();
}

function takeAssignment(answer: unknown): void {
  const assignment = answer as Assignment | null;
  if (!assignment?.id) return;
  cache.setQueryData<CurrentJob>(keys.current(), (current) => current && withAssignment(current, assignment));
}

function moveUnits(moved: unknown): void {
  if (!Array.isArray(moved)) return;
  const read_at = cache.getQueryState(keys.units())?.dataUpdatedAt ?? 0;
  cache.setQueryData<Units>(
    keys.units(),
    (units) => units && withMoves(units, moved, (Date.now() - read_at) / 1000),
  );
}

/** The others' fixes have grown older by as much as the list has. */
export function withMoves(units: Units, moved: Moved[], aged_s: number): Units {
  const moves = new Map(moved.map((move) => [move.id, move]));
  const items = units.items.map((unit) => {
    const move = moves.get(unit.id);
    if (move) return { ...unit, ...move };
    return typeof unit.fix_age_s === 'number' ? { ...unit, fix_age_s: unit.fix_age_s + aged_s } : unit;
  });
  return { ...units, items };
}

export function withAssignment(current: CurrentJob, assignment: Assignment): CurrentJob {
  const job = [current.offer, current.held].find((one) => one?.assignment.id === assignment.id);
  if (!job) return current;
  const changed = { ...job, assignment: { ...job.assignment, ...assignment } };
  const was_offer = current.offer?.assignment.id === assignment.id;
  if (['accepted', 'en_route', 'arrived'].includes(assignment.state)) {
    return { held: changed, offer: was_offer ? null : current.offer };
  }
  return was_offer ? { ...current, offer: null } : { ...current, held: null };
}

keepWith({ refresh, refreshAll, takeAssignment, moveUnits, clear: () => cache.clear() });
