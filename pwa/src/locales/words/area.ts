import type { Problem } from '../../api/problem';
import { locale } from '../locale.svelte';
import { m } from '../paraglide/messages';
import { problemText } from '../problem';

/** What the server says of an area. */
export const areaMessage = (problem: Problem) =>
  problem.code === 'invalid' ? (problem.fields.find(({ field }) => field === 'area')?.message ?? '') : '';

/** What is wrong with an area, in words. */
export function areaProblem(problem: Problem): string {
  const message = areaMessage(problem);
  const overlap = /^overlaps (.+) \((.+)\) at /.exec(message);
  if (overlap) return m.stn_area_overlaps({ name: overlap[locale.current === 'th' ? 1 : 2] ?? '' });
  if (/intersection/i.test(message)) return m.stn_area_crosses();
  if (message.includes('km²')) return m.stn_area_size({ size: message.split(' ')[0] ?? '' });
  return message ? m.stn_area_wrong() : problemText(problem);
}

/** Where, if the server says so. */
export function troubleAt(problem: Problem | null): { lat: number; lon: number } | null {
  const found = problem && / at (-?[\d.]+), (-?[\d.]+)$/.exec(areaMessage(problem));
  return found ? { lat: Number(found[1]), lon: Number(found[2]) } : null;
}
