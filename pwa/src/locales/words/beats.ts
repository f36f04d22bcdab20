import type { Problem } from '../../api/problem';
import { m } from '../paraglide/messages';
import { areaMessage, areaProblem } from './area';

/** What is wrong with a beat, in words. */
export function beatProblem(problem: Problem): string {
  if (problem.code === 'taken') return m.beat_taken();
  if (problem.code === 'not_found') return m.beat_gone();
  const message = areaMessage(problem);
  const [, share] = /^(\d+)% of it lies outside/.exec(message) ?? [];
  if (share) return m.beat_outside({ share: `${share} %` });
  const [, name] = /^overlaps (.+) at /.exec(message) ?? [];
  if (name) return m.beat_overlaps({ name });
  if (message.includes('km²')) return m.beat_size({ size: message.split(' ')[0] ?? '' });
  return areaProblem(problem);
}
