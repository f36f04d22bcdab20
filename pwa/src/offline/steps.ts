import { enqueue } from './outbox.svelte';

/** What an officer can do to an assignment, in order. */
export type Step =
  'accept' | 'decline' | 'en-route' | 'arrived' | 'not-arrived' | 'clear' | 'backup' | 'well';

/**
 * Records the officer's step with the phone's own clock and sends it when it can. One lane for all
 * steps, so the server sees them in the order in which they were taken.
 */
export async function takeStep(
  owner: string,
  assignment_id: string,
  step: Step,
  body: Record<string, unknown> = {},
  at = new Date(),
): Promise<void> {
  await enqueue({
    id: crypto.randomUUID(),
    lane: 'assignments',
    owner,
    method: 'POST',
    path: `/v1/assignments/${assignment_id}/${step}`,
    body: step === 'backup' || step === 'well' ? body : { ...body, at: at.toISOString() },
    idempotent: true,
    step,
    assignment_id,
  });
}
