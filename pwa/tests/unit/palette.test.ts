import { expect, test } from 'vitest';
import { matching, type Row } from '../../src/features/desk/palette/find';

const row = (name: string, more = '', group: Row['group'] = 'cases'): Row => ({
  id: name,
  group,
  name,
  more,
  take: () => undefined,
});
const names = (rows: Row[], typed: string) => matching(rows, typed).map(({ name }) => name);

test('every word must stand in the row, in any order, whatever its case', () => {
  const rows = [row('26-00001 Theft', 'Market Road'), row('26-00002 Crash', 'Market Road')];
  expect(names(rows, 'market THEFT')).toEqual(['26-00001 Theft']);
  expect(names(rows, 'market')).toHaveLength(2);
  expect(names(rows, 'snake')).toEqual([]);
});

test('a name that begins so comes first', () => {
  const rows = [row('Car 21', 'near 11'), row('11 North')];
  expect(names(rows, '11')).toEqual(['11 North', 'Car 21']);
});

test('many cases do not hide a unit', () => {
  const cases = Array.from({ length: 200 }, (_, index) => row(`สน ${index}`));
  const found = matching([...cases, row('สน 7', '', 'units')], 'สน');
  expect(found.filter(({ group }) => group === 'cases')).toHaveLength(6);
  expect(found.some(({ group }) => group === 'units')).toBe(true);
});
