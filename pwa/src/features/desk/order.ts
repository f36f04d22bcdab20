import type { Alarm, Alert, Incident } from '../../api/types';

const WAITING: Record<string, number> = { open: 0, offering: 1, assigned: 2, en_route: 3, on_scene: 4 };
const NOT_TAKEN = new Set(['open', 'offering']);

const inDanger = (incident: Incident) => Boolean(incident.emergency && !incident.emergency.over_at);

/** The order in which cases need a person: an officer in danger, untaken before taken, then priority, then the nearer deadline. */
export function byUrgency(one: Incident, other: Incident): number {
  const danger = Number(inDanger(other)) - Number(inDanger(one));
  if (danger) return danger;
  const untaken = Number(NOT_TAKEN.has(other.state)) - Number(NOT_TAKEN.has(one.state));
  if (untaken) return untaken;
  if (one.priority !== other.priority) return one.priority - other.priority;
  const step = (WAITING[one.state] ?? 9) - (WAITING[other.state] ?? 9);
  return Date.parse(one.due_at) - Date.parse(other.due_at) || step;
}

/** A report for which no units are sought yet, until a person decides or time runs out. */
export function waitsForWord(incident: Incident): boolean {
  return incident.state === 'open' && !incident.dispatching && incident.verified === false;
}

/** Soonest automatic action first, then the more urgent, then the older. */
export function byWaiting(one: Incident, other: Incident): number {
  const due = (incident: Incident) => Date.parse(incident.offered_by_itself_at ?? '9999-01-01');
  return (
    due(one) - due(other) ||
    one.priority - other.priority ||
    Date.parse(one.received_at) - Date.parse(other.received_at)
  );
}

/** Matches that expire first come first; without a limit, the oldest first. */
export function byDeadline(one: Alert, other: Alert): number {
  return Date.parse(one.decide_by ?? one.received_at) - Date.parse(other.decide_by ?? other.received_at);
}

/** An officer's call for help before everything else; the others as they came. */
export function byLoudness(one: Alarm, other: Alarm): number {
  return Number(other.reason === 'officer_emergency') - Number(one.reason === 'officer_emergency');
}
