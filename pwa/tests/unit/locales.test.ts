import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const settings = readFileSync(new URL('../../project.inlang/settings.json', import.meta.url), 'utf8');
const { locales } = JSON.parse(settings) as { locales: string[] };
const folder = new URL('../../src/locales/', import.meta.url);
const files = readdirSync(new URL('th/', folder));
const read = (language: string, file: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`${language}/${file}`, folder), 'utf8'));
const holes = (text: string) => [...text.matchAll(/{(\w+)}/g)].map(([, name]) => name).sort();

test.each(files)('%s has every text in every language, with the same holes', (file) => {
  const thai = read('th', file);
  for (const language of locales) {
    const texts = read(language, file);
    expect(Object.keys(texts), language).toEqual(Object.keys(thai));
    for (const [key, text] of Object.entries(texts)) {
      expect(holes(text), `${language} ${key}`).toEqual(holes(thai[key] ?? ''));
      expect(text.trim(), `${language} ${key}`).not.toBe('');
    }
  }
});

test('the compiler reads every file of texts', () => {
  for (const file of files) expect(settings).toContain(`{locale}/${file}`);
});
