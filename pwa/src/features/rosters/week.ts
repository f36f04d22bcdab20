import type { PlannedShift } from '../../api/types';

const DAY_MS = 86_400_000;

/** A form's `2026-11-28` and `08:00`, in this device's calendar. */
export interface Hours {
  day: string;
  from: string;
  to: string;
}
export const DAY_SHIFT = { from: '08:00', to: '16:00' };
export const USUAL: Omit<Hours, 'day'>[] = [
  DAY_SHIFT,
  { from: '16:00', to: '00:00' },
  { from: '00:00', to: '08:00' },
];

const two = (value: number) => String(value).padStart(2, '0');
export const dayOf = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
export const timeOf = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}`;

/** Local midnight of the day `days` after a day; the calendar counts, not 24 hours. */
export function midnight(day: string, days = 0): Date {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + days);
  return at;
}

/** The seven days of the week that a day is in; weeks begin on Monday. */
export function weekOf(day: string): string[] {
  const back = (midnight(day).getDay() + 6) % 7;
  return Array.from({ length: 7 }, (_, index) => dayOf(midnight(day, index - back)));
}

/** An end that is not after the beginning is on the next day. */
export function moments({ day, from, to }: Hours): { starts_at: string; ends_at: string } {
  return {
    starts_at: new Date(`${day}T${from}:00`).toISOString(),
    ends_at: new Date(`${to > from ? day : dayOf(midnight(day, 1))}T${to}:00`).toISOString(),
  };
}

export function hoursOf({ starts_at, ends_at }: Pick<PlannedShift, 'starts_at' | 'ends_at'>): Hours {
  const [from, to] = [new Date(starts_at), new Date(ends_at)];
  return { day: dayOf(from), from: timeOf(from), to: timeOf(to) };
}

export const beginsOn = (shift: PlannedShift, day: string) => dayOf(new Date(shift.starts_at)) === day;

type Planned = Pick<PlannedShift, 'unit_id' | 'starts_at' | 'ends_at'> & { account_ids: string[] };
export interface Clash {
  /** Null: the unit itself has a shift. */
  name: string | null;
  shift: PlannedShift;
}

/** What stands in the way: the unit's other shift, else one of somebody of the crew. */
export function clashOf(wanted: Planned, shifts: PlannedShift[], own: string | null): Clash | null {
  const [start, end] = [Date.parse(wanted.starts_at), Date.parse(wanted.ends_at)];
  const at_once = shifts.filter(
    ({ id, starts_at, ends_at }) => id !== own && Date.parse(starts_at) < end && Date.parse(ends_at) > start,
  );
  const of_unit = at_once.find(({ unit_id }) => unit_id === wanted.unit_id);
  if (of_unit) return { name: null, shift: of_unit };
  for (const shift of at_once) {
    const person = shift.people.find(({ account_id }) => wanted.account_ids.includes(account_id));
    if (person) return { name: person.display_name, shift };
  }
  return null;
}

const later = (at: string, days: number) => {
  const moved = new Date(at);
  moved.setDate(moved.getDate() + days);
  return moved.toISOString();
};

/** The same shift some days later, at the same hours of the day. */
export function ahead(shift: PlannedShift, days: number): Planned {
  return {
    unit_id: shift.unit_id,
    starts_at: later(shift.starts_at, days),
    ends_at: later(shift.ends_at, days),
    account_ids: shift.people.map(({ account_id }) => account_id),
  };
}

/** What a planned period of days is asked for with: whatever touches it. */
export function period(days: string[]): { from: string; to: string } {
  const [first = '', last = first] = [days[0], days.at(-1)];
  return { from: midnight(first).toISOString(), to: midnight(last, 1).toISOString() };
}

export const around = ({ starts_at, ends_at }: Pick<Planned, 'starts_at' | 'ends_at'>) => ({
  from: new Date(Date.parse(starts_at) - DAY_MS).toISOString(),
  to: new Date(Date.parse(ends_at) + DAY_MS).toISOString(),
});
