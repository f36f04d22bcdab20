import { Problem } from '../../../api/problem';
import type { CurrentJob, Incident } from '../../../api/types';

/** The job that this phone last held. */
export interface Known {
  assignment_id: string;
  incident_id: string;
  reference: string;
}

export function known({ held }: CurrentJob): Known | null {
  if (!held) return null;
  const { assignment, incident } = held;
  return { assignment_id: assignment.id, incident_id: incident.id, reference: incident.reference };
}

/** The previous job, if it is no longer in hand. */
export function missing(before: Known | null, current: CurrentJob): Known | null {
  return before && before.assignment_id !== current.held?.assignment.id ? before : null;
}

/** Why it was withdrawn; null if the officer, or the radio room on their behalf, ended it. */
export function takenBecause(answer: Incident | unknown, assignment_id: string): string | null {
  // The server shows an officer nothing more of a withdrawn job.
  if (answer instanceof Problem) return answer.status === 404 ? 'unsaid' : null;
  const own = (answer as Incident).assignments?.find((one) => one.id === assignment_id);
  return own?.state === 'withdrawn' ? (own.withdrawn_because ?? 'unsaid') : null;
}
