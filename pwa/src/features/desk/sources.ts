import { m } from '../../locales/paraglide/messages';

/** Who may have heard of a case before this desk did. */
export const SOURCES = ['191', 'walk_in', 'radio', 'paper'] as const;
export type Source = (typeof SOURCES)[number];
const words: Record<Source, () => string> = {
  '191': m.source_191,
  walk_in: m.source_walk_in,
  radio: m.source_radio,
  paper: m.source_paper,
};
export const isSource = (code: string): code is Source => (SOURCES as readonly string[]).includes(code);
export const sourceWord = (code: Source) => words[code]();
