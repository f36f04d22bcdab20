import { expect, test } from 'vitest';
import type { CurrentJob, Incident, Job } from '../../src/api/types';
import { known, missing, takenBecause } from '../../src/features/officer/gone';

const job = (id: string) =>
  ({ assignment: { id }, incident: { id: `i-${id}`, reference: `26-${id}` } }) as unknown as Job;
const nothing: CurrentJob = { held: null, offer: null };

test('what was in hand and is not there any more is missing', () => {
  const before = known({ held: job('h'), offer: job('o') });
  expect(before.map(({ held }) => held)).toEqual([true, false]);
  expect(missing(before, { held: job('o'), offer: null }).map((one) => one.reference)).toEqual(['26-h']);
  expect(missing(before, { held: job('h'), offer: job('o') })).toEqual([]);
  expect(missing([], nothing)).toEqual([]);
});

test('only what was taken away has a reason', () => {
  const incident = (state: string, withdrawn_because?: string) =>
    ({ assignments: [{ id: 'h', state, withdrawn_because }] }) as unknown as Incident;
  expect(takenBecause(incident('withdrawn', 'diverted'), 'h')).toBe('diverted');
  expect(takenBecause(incident('cleared'), 'h')).toBeNull();
  expect(takenBecause(incident('withdrawn', 'ended'), 'other')).toBeNull();
});
