import { expect, test } from 'vitest';
import { Problem } from '../../src/api/problem';
import type { CurrentJob, Incident, Job } from '../../src/api/types';
import { known, missing, takenBecause } from '../../src/features/dispatching/job/gone';

const job = (id: string) =>
  ({ assignment: { id }, incident: { id: `i-${id}`, reference: `26-${id}` } }) as unknown as Job;
const holding = (held: Job | null): CurrentJob => ({ held, offer: job('o') });

test('a job is missing when it is not in hand any more; an offer never was', () => {
  const before = known(holding(job('h')));
  expect(before?.reference).toBe('26-h');
  expect(missing(before, holding(job('other')))?.reference).toBe('26-h');
  expect(missing(before, holding(null))?.reference).toBe('26-h');
  expect(missing(before, holding(job('h')))).toBeNull();
  expect(known(holding(null))).toBeNull();
  expect(missing(null, holding(null))).toBeNull();
});

test('only what was taken away has a reason', () => {
  const incident = (state: string, withdrawn_because?: string) =>
    ({ assignments: [{ id: 'h', state, withdrawn_because }] }) as unknown as Incident;
  expect(takenBecause(incident('withdrawn', 'swapped'), 'h')).toBe('swapped');
  expect(takenBecause(incident('cleared'), 'h')).toBeNull();
  expect(takenBecause(incident('withdrawn', 'ended'), 'other')).toBeNull();
  expect(takenBecause(new Problem(404, 'not_found'), 'h')).toBe('unsaid');
  expect(takenBecause(new Problem(0, 'network'), 'h')).toBeNull();
});
