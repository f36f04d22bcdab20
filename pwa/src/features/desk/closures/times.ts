import { dayOf, timeOf } from '../../rosters/week';

/** As a field of local time writes it. */
export const localTime = (at: Date) => `${dayOf(at)}T${timeOf(at)}`;
export const hoursFrom = (at: Date, hours: number) => new Date(at.getTime() + hours * 3_600_000);
