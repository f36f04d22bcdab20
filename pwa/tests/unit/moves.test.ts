import { expect, test } from 'vitest';
import type { Unit } from '../../src/api/types';
import { withMoves } from '../../src/live/cache';

const unit = (id: string, fix_age_s: number | null): Unit => ({
  id,
  callsign: id,
  kind: 'car',
  status: 'available',
  lat: fix_age_s === null ? null : 13.7,
  lon: fix_age_s === null ? null : 100.5,
  fix_age_s,
  position_problem: null,
  reachable: true,
  held: null,
  officers: [],
});

test('a unit that has moved is where the stream says, and nothing else about it changes', () => {
  const [moved, other] = withMoves(
    { items: [unit('a', 4), unit('b', 4)] },
    [{ id: 'a', lat: 13.8, lon: 100.6, fix_age_s: 0.4 }],
    3,
  ).items;
  expect(moved).toEqual({ ...unit('a', 0.4), lat: 13.8, lon: 100.6 });
  expect(other).toEqual(unit('b', 7));
});

test('a unit without a position has no age, and one that is not on the list is left out', () => {
  const { items } = withMoves({ items: [unit('a', null)] }, [{ id: 'x', lat: 1, lon: 2, fix_age_s: 0 }], 3);
  expect(items).toEqual([unit('a', null)]);
});
