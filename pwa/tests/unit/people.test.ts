import { expect, test } from 'vitest';
import type { Account } from '../../src/api/types';
import { grouped, isCode, tidied } from '../../src/features/access/code';
import { changes, conflicts, fieldsOf, rebased } from '../../src/features/people/fields';
import { groupsOf, matching } from '../../src/features/people/order';

const person = (more: Partial<Account> = {}): Account => ({
  id: crypto.randomUUID(),
  role: 'officer',
  username: 'somchai',
  display_name: 'สมชาย',
  language: 'th',
  default_unit_id: null,
  disabled_at: null,
  version: 1,
  activated: true,
  second_factor: false,
  invited_until: null,
  sessions: 0,
  seen_at: null,
  ...more,
});

test('people stand by role, then who has no password yet, then who is locked; each by name', () => {
  const groups = groupsOf(
    [
      person({ display_name: 'แดง' }),
      person({ display_name: 'กบ' }),
      person({ display_name: 'ใหม่', activated: false }),
      person({ display_name: 'เก่า', activated: false, disabled_at: '2026-08-03T07:00:00Z' }),
      person({ display_name: 'นาย', role: 'commander' }),
    ],
    'th',
  );
  expect(groups.map(({ standing, people }) => [standing, people.map((one) => one.display_name)])).toEqual([
    ['commander', ['นาย']],
    ['officer', ['กบ', 'แดง']],
    ['not_yet', ['ใหม่']],
    ['locked', ['เก่า']],
  ]);
});

test('somebody is found by part of either name', () => {
  const all = [person({ username: 'Wichai.P' }), person({ display_name: 'อรทัย' })];
  expect(matching(all, ' wich ')).toEqual([all[0]]);
  expect(matching(all, 'อร')).toEqual([all[1]]);
  expect(matching(all, '')).toEqual(all);
});

test('only what was typed is sent', () => {
  const seen = fieldsOf(person());
  expect(changes(seen, seen)).toEqual({});
  expect(changes({ ...seen, role: 'operator' }, seen)).toEqual({ role: 'operator' });
  expect(changes({ ...seen, default_unit_id: null }, { ...seen, default_unit_id: 'a' })).toEqual({
    default_unit_id: null,
  });
});

test('after a change by somebody else, what was typed stays and everything else is new', () => {
  const seen = fieldsOf(person());
  const typed = { ...seen, display_name: 'สมชาย ใจดี', role: 'operator' as const };
  const present = { ...seen, display_name: 'สมชาย ใจร้อน', role: 'operator' as const, language: 'en' };
  expect(rebased(typed, seen, present)).toEqual({ ...typed, language: 'en' });
  expect(conflicts(typed, seen, present)).toEqual(['display_name']);
});

test('a code is read however it was typed', () => {
  expect(tidied(' 123 456 ')).toBe('123456');
  expect(tidied('AB2CD3EF4G')).toBe('ab2cd-3ef4g');
  expect(tidied('ab2cd – 3ef4g')).toBe('ab2cd-3ef4g');
  expect(['123456', 'ab2cd-3ef4g'].every(isCode)).toBe(true);
  expect(['', '12345', '1234567', 'ab1cd-3ef4g'].some(isCode)).toBe(false);
  expect(grouped('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
});
