import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../../src/locales/', import.meta.url);
const files = readdirSync(new URL('th/', folder));
const read = (language: string, file: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`${language}/${file}`, folder), 'utf8'));
const holes = (text: string) => [...text.matchAll(/{(\w+)}/g)].map(([, name]) => name).sort();

test.each(files)('%s has every text in both languages, with the same holes', (file) => {
  const [thai, english] = [read('th', file), read('en', file)];
  expect(Object.keys(thai)).toEqual(Object.keys(english));
  for (const [key, text] of Object.entries(thai)) {
    expect(holes(english[key] ?? ''), key).toEqual(holes(text));
    expect(text.trim(), key).not.toBe('');
  }
});

test('the compiler reads every file of texts', () => {
  const settings = readFileSync(new URL('../../project.inlang/settings.json', import.meta.url), 'utf8');
  for (const file of files) expect(settings).toContain(`{locale}/${file}`);
});
