import type { CurrentJob, Incident } from '../../api/types';

/** What this phone last knew to be its own. */
export interface Known {
  assignment_id: string;
  incident_id: string;
  reference: string;
  held: boolean;
}

/** The jobs in hand, as they are remembered. */
export function known(current: CurrentJob): Known[] {
  const jobs = [
    { job: current.held, held: true },
    { job: current.offer, held: false },
  ];
  return jobs.flatMap(({ job, held }) =>
    job
      ? [
          {
            assignment_id: job.assignment.id,
            incident_id: job.incident.id,
            reference: job.incident.reference,
            held,
          },
        ]
      : [],
  );
}

/** Those of `before` that are not there any more. */
export function missing(before: Known[], current: CurrentJob): Known[] {
  const now = new Set(known(current).map((one) => one.assignment_id));
  return before.filter((one) => !now.has(one.assignment_id));
}

/** Why it was taken away; null when the officer ended or declined it, or simply did not answer. */
export function takenBecause(incident: Incident, assignment_id: string): string | null {
  const own = incident.assignments.find((one) => one.id === assignment_id);
  return own?.state === 'withdrawn' ? (own.withdrawn_because ?? 'by_hand') : null;
}
