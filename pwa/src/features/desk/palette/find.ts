export interface Row {
  id: string;
  group: 'actions' | 'cases' | 'units' | 'places';
  name: string;
  more: string;
  take: () => void;
}
/** Of one group at most, so that the others stay in sight. */
const MOST = 6;

/** The rows in which every word stands, those first whose name begins with what was typed. */
export function matching(rows: readonly Row[], typed: string): Row[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = (row: Row) => {
    const text = `${row.name} ${row.more}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  };
  const begins = (row: Row) => row.name.toLocaleLowerCase().startsWith(words.join(' '));
  const found = rows.filter(fits).sort((one, other) => Number(begins(other)) - Number(begins(one)));
  const taken: Partial<Record<Row['group'], number>> = {};
  return found.filter(({ group }) => {
    taken[group] = (taken[group] ?? 0) + 1;
    return taken[group] <= MOST;
  });
}
