import type { Alert, Incident } from '../../api/types';

const WAITING: Record<string, number> = { open: 0, offering: 1, assigned: 2, en_route: 3, on_scene: 4 };
const NOT_TAKEN = new Set(['open', 'offering']);

/** What needs a person first: untaken before taken, then priority, then the nearer deadline. */
export function byUrgency(one: Incident, other: Incident): number {
  const untaken = Number(NOT_TAKEN.has(other.state)) - Number(NOT_TAKEN.has(one.state));
  if (untaken) return untaken;
  if (one.priority !== other.priority) return one.priority - other.priority;
  const step = (WAITING[one.state] ?? 9) - (WAITING[other.state] ?? 9);
  return Date.parse(one.due_at) - Date.parse(other.due_at) || step;
}

/** Matches that run out first are decided first; without a limit, the oldest first. */
export function byDeadline(one: Alert, other: Alert): number {
  return Date.parse(one.decide_by ?? one.received_at) - Date.parse(other.decide_by ?? other.received_at);
}
