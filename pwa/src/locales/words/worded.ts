type Word = () => string;

/** The word for a code of the wire; an unknown code is shown as it came rather than hidden. Each code names its text, so
 * that a page loads the words it shows and no others. */
export function worded<Code extends string>(words: Record<Code, Word>): (code: string) => string {
  const known: Partial<Record<string, Word>> = words;
  return (code) => (Object.hasOwn(known, code) ? known[code]?.() : undefined) ?? code.replaceAll('_', ' ');
}
