import type { AssignmentState, CurrentJob } from '../api/types';
import type { Outgoing } from './database';

/** The assignment state that each of the officer's steps leads to. */
const LEADS_TO: Record<string, AssignmentState> = {
  accept: 'accepted',
  'en-route': 'en_route',
  arrived: 'arrived',
  'not-arrived': 'en_route',
  clear: 'cleared',
  decline: 'declined',
};

export interface JobView extends CurrentJob {
  /** Steps that were taken on this phone and are not yet acknowledged, oldest first. */
  waiting: string[];
  /** An acceptance not yet confirmed by the server: another unit may still win the job. */
  unconfirmed: boolean;
}

/** What the officer sees: the server's last state with the phone's unsent steps applied. */
export function withPending(current: CurrentJob, outbox: Outgoing[]): JobView {
  let { held, offer } = current;
  const waiting: string[] = [];
  let unconfirmed = false;
  for (const item of outbox) {
    const state = item.step ? LEADS_TO[item.step] : undefined;
    if (!state || !item.step) continue;
    if (offer && item.assignment_id === offer.assignment.id) {
      waiting.push(item.step);
      if (state === 'declined') offer = null;
      else {
        unconfirmed = true;
        held = { ...offer, assignment: { ...offer.assignment, state } };
        offer = null;
      }
    } else if (held && item.assignment_id === held.assignment.id) {
      waiting.push(item.step);
      held = state === 'cleared' ? null : { ...held, assignment: { ...held.assignment, state } };
    }
  }
  return { held, offer, waiting, unconfirmed };
}
