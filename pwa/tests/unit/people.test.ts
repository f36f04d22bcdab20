import { expect, test } from 'vitest';
import type { Account } from '../../src/api/types';
import { grouped, isCode, tidied } from '../../src/features/access/code';
import { fieldsOf } from '../../src/features/people/fields';
import { groupsOf, matching } from '../../src/features/people/order';
import { Edit } from '../../src/live/edit.svelte';

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
  const edit = new Edit(fieldsOf(person({ default_unit_id: 'a' })), 1);
  expect(edit.changed).toEqual([]);
  edit.typed.role = 'operator';
  edit.typed.default_unit_id = null;
  expect(edit.changed).toEqual(['role', 'default_unit_id']);
  edit.follow(fieldsOf(person({ display_name: 'อื่น' })), 2);
  expect([edit.version, edit.typed.display_name]).toEqual([1, 'สมชาย']);
});

test('after a change by somebody else, what was typed stays and everything else is new', () => {
  const seen = fieldsOf(person());
  const edit = new Edit(seen, 1);
  Object.assign(edit.typed, { display_name: 'สมชาย ใจดี', role: 'operator' });
  edit.rebase({ ...seen, display_name: 'สมชาย ใจร้อน', role: 'operator', language: 'en' }, 2);
  expect(edit.typed).toEqual({ ...seen, display_name: 'สมชาย ใจดี', role: 'operator', language: 'en' });
  expect([edit.disputed, edit.version]).toEqual([['display_name'], 2]);
});

test('a code is read however it was typed', () => {
  expect(tidied(' 123 456 ')).toBe('123456');
  expect(tidied('AB2CD3EF4G')).toBe('ab2cd-3ef4g');
  expect(tidied('ab2cd – 3ef4g')).toBe('ab2cd-3ef4g');
  expect(['123456', 'ab2cd-3ef4g'].every(isCode)).toBe(true);
  expect(['', '12345', '1234567', 'ab1cd-3ef4g'].some(isCode)).toBe(false);
  expect(grouped('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
});
