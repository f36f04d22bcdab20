import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pointWord } from '../../src/locales/words/desk';
import { kindWord } from '../../src/locales/words/kinds';

test('a code has its word; an unknown one is shown as it came', () => {
  expect(kindWord('theft')).not.toBe('theft');
  expect(pointWord('merged')).not.toBe('merged');
  expect(kindWord('meteor_strike')).toBe('meteor strike');
  expect(kindWord('constructor')).toBe('constructor');
});

test('no text is looked up by a computed name: everything would land in the first load', () => {
  const source = new URL('../../src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(ts|svelte)$/.test(name) && !name.includes('paraglide'),
  );
  expect(files.length).toBeGreaterThan(100);
  for (const name of files) {
    const text = readFileSync(new URL(name, source), 'utf8');
    expect(text, name).not.toMatch(/\bm\[|\bm as |\.\.\.m\b|\(m[,)]|import \* as \w+ from '[./]*paraglide/);
  }
});
