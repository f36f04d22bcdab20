import { beforeEach, expect, test } from 'vitest';
import * as format from '../../src/locales/format';
import { overwriteGetLocale } from '../../src/locales/paraglide/runtime';

let language: 'th' | 'en' = 'th';
overwriteGetLocale(() => language);
beforeEach(() => {
  language = 'th';
});

test('Thai dates show the Buddhist year, English ones do not', () => {
  expect(format.date('2026-08-03T12:00:00+07:00')).toMatch(/^3 ส\.ค\. 2569$/);
  language = 'en';
  expect(format.date('2026-08-03T12:00:00+07:00')).toBe('3 Aug 2026');
});

test('running time reads m:ss and never jumps in width within the hour', () => {
  expect([0, 9, 61, 281, 3600, 3725].map(format.minutesSeconds)).toEqual([
    '0:00',
    '0:09',
    '1:01',
    '4:41',
    '1:00:00',
    '1:02:05',
  ]);
});

test('an age is said in its largest unit', () => {
  expect([4, 190, 7200, 200_000].map(format.age)).toEqual(['4 วินาที', '3 นาที', '2 ชั่วโมง', '2 วัน']);
  expect(format.ago(0)).toBe('เมื่อสักครู่');
});

test('what is not known is a dash, not a zero', () => {
  expect(format.share(null)).toBe('–');
  expect(format.share(0)).toBe('0 %');
});

test('distances are rounded as a person would say them', () => {
  expect([44, 996, 1949].map(format.distance)).toEqual(['40 ม.', '1.0 กม.', '1.9 กม.']);
});
