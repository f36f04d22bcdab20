import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const settings = readFileSync(new URL('../../project.inlang/settings.json', import.meta.url), 'utf8');
const { locales } = JSON.parse(settings) as { locales: string[] };
const screens = new URL('../../src/locales/', import.meta.url);
const server = new URL('../../../api/locales/', import.meta.url);
const files = [screens, server].flatMap((folder) =>
  readdirSync(new URL('th/', folder)).map((file) => ({ folder, file })),
);
const read = (folder: URL, language: string, file: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`${language}/${file}`, folder), 'utf8'));
const holes = (text: string) => [...text.matchAll(/{(\w+)}/g)].map(([, name]) => name).sort();

test.each(files)('$file has every text in every language, with the same holes', ({ folder, file }) => {
  const thai = read(folder, 'th', file);
  for (const language of locales) {
    const texts = read(folder, language, file);
    expect(Object.keys(texts), language).toEqual(Object.keys(thai));
    for (const [key, text] of Object.entries(texts)) {
      expect(holes(text), `${language} ${key}`).toEqual(holes(thai[key] ?? ''));
      expect(text.trim(), `${language} ${key}`).not.toBe('');
    }
  }
});

test('the compiler reads every file of texts that a screen shows', () => {
  const read_by_screens = [...readdirSync(new URL('th/', screens)), 'words.json'];
  for (const file of read_by_screens) expect(settings).toContain(`{locale}/${file}`);
});

test('no text of a screen has two homes', () => {
  const shown = files.filter(({ folder, file }) => folder === screens || file === 'words.json');
  const keys = shown.flatMap(({ folder, file }) => Object.keys(read(folder, 'th', file)));
  const twice = keys.filter((key, index) => !key.startsWith('$') && keys.indexOf(key) !== index);
  expect(twice).toEqual([]);
});
