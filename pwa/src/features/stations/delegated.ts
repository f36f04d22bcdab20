import type { Delegated, Delegation, NewDelegation } from '../../api/types';

/** What the station decides about, in order of importance. */
export const FIELDS = [
  'offers',
  'diversions',
  'swaps',
  'repositioning',
  'mutual_aid',
  'unheard_reports',
] as const;
export type Field = (typeof FIELDS)[number];
const CHOICES: Delegated[] = ['automatic', 'proposed', 'off'];
/** An undecided report waits on the desk either way, so there is nothing to propose. */
export const choicesOf = (field: Field): Delegated[] =>
  field === 'unheard_reports' ? ['automatic', 'off'] : CHOICES;

/** The writable part; the server adds who signed and when. */
export function writable({ delegated_by: _by, delegated_at: _at, ...rest }: Delegation): NewDelegation {
  return rest;
}

/** `a, b ,` as two words. */
export function wordsOf(text: string): string[] {
  const words = text.split(',').map((word) => word.trim());
  return [...new Set(words.filter(Boolean))];
}
