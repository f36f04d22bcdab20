export interface Name {
  name: string;
  /** What the switch says to a reader of that language. */
  switch: string;
}
export type Texts = Record<string, string>;

/** Languages of citizens only, a folder each: their names are known at once, their texts are fetched when spoken. */
const names = import.meta.glob<Name>('./*/name.json', { eager: true, import: 'default' });
const files = import.meta.glob<Texts>('./*/citizens.json', { import: 'default' });
const learnt = new Map<string, Texts>();

export const citizens_languages: Record<string, Name> = Object.fromEntries(
  Object.entries(names).map(([file, name]) => [file.split('/')[1], name]),
);

export async function learn(language: string): Promise<void> {
  const texts = await files[`./${language}/citizens.json`]?.();
  if (texts) learnt.set(language, texts);
}

/** Undefined for what the language lacks. */
export const spoken = (language: string, key: string): string | undefined => learnt.get(language)?.[key];
