import { Problem } from '../api/problem';
import type { Outgoing } from './database';
import * as outbox from './outbox';

export type Settled =
  | { item: Outgoing; outcome: 'sent'; answer: unknown }
  | { item: Outgoing; outcome: 'refused'; problem: Problem };

export interface Delivery {
  /** Sends one request; throws a `Problem` if it was not accepted. */
  deliver: (item: Outgoing) => Promise<unknown>;
  settle: (settled: Settled) => Promise<void>;
  /** Who is signed in here; other people's actions wait for them. */
  owner: string | null;
  now?: () => number;
}

/** Seconds until the n-th retry: short at first, never more than a minute. */
export function backOffSeconds(attempts: number): number {
  return Math.min(60, 2 ** Math.min(attempts, 6));
}

/** The lanes in which something of this owner, or of nobody in particular, is waiting. */
export async function lanesOf(owner: string | null): Promise<string[]> {
  return [...new Set((await outbox.waiting()).filter(isFor(owner)).map(({ lane }) => lane))];
}

/**
 * Sends what is due in one lane, in its order. It stops at the first request that gets no answer,
 * so that "arrived" can never overtake "accepted".
 */
export async function drainLane(lane: string, delivery: Delivery): Promise<void> {
  const now = delivery.now ?? Date.now;
  for (const item of (await outbox.waitingIn(lane)).filter(isFor(delivery.owner))) {
    if (item.next_at > now()) return;
    try {
      const answer = await delivery.deliver(item);
      await outbox.remove(item.seq as number);
      await delivery.settle({ item, outcome: 'sent', answer });
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      if (keeps(cause)) {
        const wait = cause.retry_after ?? backOffSeconds(item.attempts);
        await outbox.postpone(item, now() + wait * 1000, cause.code);
        return;
      }
      await outbox.remove(item.seq as number);
      await delivery.settle({ item, outcome: 'refused', problem: cause });
    }
  }
}

const isFor = (owner: string | null) => (item: Outgoing) => item.owner === null || item.owner === owner;

/** An ended session is not a refusal: the action waits until its owner signs in again. */
function keeps(problem: Problem): boolean {
  return problem.temporary || problem.status === 401 || problem.code === 'csrf';
}
