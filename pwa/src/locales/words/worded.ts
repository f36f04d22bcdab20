type Word = () => string;

/** The word for an API code; an unknown code is shown as is rather than hidden. Each code names its text, so
 * that a page loads only the words it shows. */
export function worded<Code extends string>(words: Record<Code, Word>): (code: string) => string {
  const known: Partial<Record<string, Word>> = words;
  return (code) => (Object.hasOwn(known, code) ? known[code]?.() : undefined) ?? code.replaceAll('_', ' ');
}
