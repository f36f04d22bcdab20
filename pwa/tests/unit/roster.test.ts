import { expect, test } from 'vitest';
import type { PlannedShift } from '../../src/api/types';
import { ahead, clashOf, dayOf, hoursOf, moments, weekOf } from '../../src/features/rosters/week';

const shift = (from: string, to: string, unit_id = 'u1', people = ['a1']): PlannedShift => ({
  id: `${unit_id} ${from}`,
  unit_id,
  callsign: unit_id,
  ...moments({ day: '2026-11-28', from, to }),
  version: 1,
  people: people.map((account_id) => ({ account_id, display_name: account_id, on_duty: false })),
});
const wanted = (one: PlannedShift) => ({
  ...one,
  account_ids: one.people.map(({ account_id }) => account_id),
});

test('a week begins on Monday, whatever day is shown, and goes over the year', () => {
  expect(weekOf('2026-12-31')).toEqual(weekOf('2027-01-03'));
  expect(weekOf('2026-12-31')[0]).toBe('2026-12-28');
  expect(weekOf('2026-12-28')[6]).toBe('2027-01-03');
});

test('an end that is not later than the beginning is on the next day', () => {
  const night = moments({ day: '2026-12-31', from: '16:00', to: '00:00' });
  expect(dayOf(new Date(night.ends_at))).toBe('2027-01-01');
  expect(hoursOf(night)).toEqual({ day: '2026-12-31', from: '16:00', to: '00:00' });
});

test('what stands in the way is named: the unit first, then somebody of the crew', () => {
  const [first, second] = [shift('08:00', '16:00'), shift('16:00', '00:00', 'u2', ['a2'])];
  const against = (one: PlannedShift, own: string | null = null) =>
    clashOf(wanted(one), [first, second], own);
  expect(against(shift('15:00', '17:00', 'u1', ['a9']))).toEqual({ name: null, shift: first });
  expect(against(shift('20:00', '22:00', 'u1', ['a2']))).toEqual({ name: 'a2', shift: second });
  expect(against(shift('16:00', '17:00'))).toBeNull();
  expect(against(first, first.id)).toBeNull();
});

test('a copied shift keeps its hours and crew', () => {
  const copy = ahead(shift('16:00', '00:00'), 7);
  expect(hoursOf(copy)).toEqual({ day: '2026-12-05', from: '16:00', to: '00:00' });
  expect(copy.account_ids).toEqual(['a1']);
});
