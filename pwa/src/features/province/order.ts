import type { StationFigures, StationNow } from '../../api/types';

type Figure = StationFigures['figures'][number];
/** A station as it stands, with its figures in all and for priority 1. */
export interface Compared {
  station: StationNow;
  all: Figure | null;
  first: Figure | null;
}

export function compared(stations: StationNow[], figures: StationFigures[]): Compared[] {
  const known = new Map(figures.map((one) => [one.station_id, one.figures]));
  const of = (id: string, priority: number | null) =>
    known.get(id)?.find((figure) => figure.priority === priority) ?? null;
  return stations.map((station) => ({ station, all: of(station.id, null), first: of(station.id, 1) }));
}

/** Whoever needs a look first: cases past their target now, then the smallest share of priority 1 on time. */
export function byNeed(a: Compared, b: Compared): number {
  const overdue = (b.station.overdue ?? 0) - (a.station.overdue ?? 0);
  const share = (one: Compared) => one.first?.on_time_share ?? one.all?.on_time_share ?? 2;
  return (
    overdue ||
    share(a) - share(b) ||
    a.station.name_th.localeCompare(b.station.name_th, 'th', { numeric: true })
  );
}

export function matching(rows: Compared[], wanted: string): Compared[] {
  const part = wanted.trim().toLocaleLowerCase();
  return rows.filter(({ station }) =>
    [station.name_th, station.name_en].some((name) => name.toLocaleLowerCase().includes(part)),
  );
}
