import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { date, dateTime } from '../../src/locales/format';
import { locale, next, speak, speakToStaff } from '../../src/locales/locale.svelte';
import { m } from '../../src/locales/paraglide/messages';

const source = resolve(import.meta.dirname, '../../src');
const locales = resolve(source, 'locales');
type Texts = Record<string, string>;
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Texts;
const english: Texts = Object.assign(
  {},
  ...readdirSync(`${locales}/en`).map((file) => read(`${locales}/en/${file}`)),
  read(resolve(source, '../../api/locales/en/words.json')),
);
const languages = readdirSync(locales).filter((folder) => existsSync(`${locales}/${folder}/citizens.json`));

/** Parts that citizens' screens import but only staff see. */
const OF_STAFF = /paraglide|staff_routes|features\/access|DemoPanel|words\/roles/;
const SAID_TO_STAFF = new Set([
  ...['home_continue', 'invitation_title', 'not_your_page', 'language_name', 'language_switch_label'],
  ...['alert_needs_look_problem', 'problem_locked', 'problem_no_word_of_safety'],
  ...['problem_second_factor', 'problem_step_up'],
  ...['kind_officer_emergency', 'kind_tamper', 'kind_watchlist_face', 'kind_watchlist_plate'],
]);

function saidBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const keys = new Set([...text.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key ?? ''));
  for (const [, path] of text.matchAll(/(?:from|import\(|import) ?'(\.[^']+)'/g)) {
    const target = resolve(dirname(file), path ?? '');
    const found = [target, `${target}.ts`].find((one) => /\.(ts|svelte)$/.test(one) && existsSync(one));
    if (found && !OF_STAFF.test(found)) for (const key of saidBy(found, seen)) keys.add(key);
  }
  return keys;
}
const wanted = [...saidBy(resolve(source, 'main.ts'))].filter((key) => !SAID_TO_STAFF.has(key)).sort();

const holes = (text: string) => [...text.matchAll(/{(\w+)}/g)].map(([, name]) => name).sort();

beforeEach(() => void vi.stubGlobal('document', { documentElement: {} }));
afterEach(() => {
  speakToStaff(false);
  speak('th');
});

test('what citizens are told is found', () => {
  expect(wanted).toEqual(expect.arrayContaining(['report_title', 'track_eta', 'here_title', 'call_191']));
});

test.each(languages)('citizens find every text of their screens in %s, with the same holes', (language) => {
  const texts = read(`${locales}/${language}/citizens.json`);
  expect(wanted.filter((key) => !texts[key]?.trim())).toEqual([]);
  expect(Object.keys(texts).filter((key) => !(key in english))).toEqual([]);
  for (const [key, text] of Object.entries(texts))
    expect(holes(text), key).toEqual(holes(english[key] ?? ''));
});

test.each(languages)('%s says its own name', (language) => {
  expect(Object.keys(read(`${locales}/${language}/name.json`))).toEqual(['name', 'switch']);
});

test('the switch offers each language in turn, and to staff only those they have', () => {
  expect([next('th'), next('en'), next('zh')]).toEqual(['en', 'zh', 'th']);
  speakToStaff(true);
  expect(next('en')).toBe('th');
});

test('Chinese is spoken to citizens, English to staff who chose it and wherever it lacks a text', async () => {
  speak('zh');
  expect(m.report_title()).toBe('What is happening?');
  await vi.waitFor(() => expect(locale.current).toBe('zh'));
  expect(m.report_title()).toBe('发生了什么事？');
  expect(m.metres({ count: 40 })).toBe('40 米');
  expect(m.role_admin()).toBe('Administrator');
  expect(m.report_title({}, { locale: 'en' })).toBe('What is happening?');
  speakToStaff(true);
  expect([locale.current, m.report_title()]).toEqual(['en', 'What is happening?']);
});

test('Thai dates have the Buddhist era, Chinese ones the common era', async () => {
  const noon = '2026-08-03T05:00:00Z';
  speak('zh');
  await vi.waitFor(() => expect(locale.current).toBe('zh'));
  expect(date(noon)).toBe('2026年8月3日');
  expect(dateTime(noon)).toMatch(/^2026年8月3日 \d\d:00$/);
  speak('th');
  expect(date(noon)).toContain('2569');
});
