import { expect, test } from 'vitest';
import { pressed, type Press } from '../../src/features/desk/keys/pressed';
import { KEYS, type DeskKey, type KeyName } from '../../src/features/desk/keys/table';

const press = (code: string, more: Partial<Press> = {}): Press => ({
  code,
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
  ...more,
});
const all = Object.entries(KEYS) as [KeyName, DeskKey][];
const heard = all.filter(([, key]) => !key.own_field);
const held = (key: DeskKey) =>
  press(key.code, { shiftKey: key.with === 'shift', ctrlKey: key.with === 'ctrl' });

test.each(heard)('%s is heard on the page, and nowhere while a dialog is open', (name, key) => {
  expect(pressed(held(key), 'page')).toBe(name);
  expect(pressed(held(key), 'dialog')).toBeNull();
  expect(pressed({ ...held(key), repeat: true }, 'page')).toBeNull();
  const swapped = { ctrlKey: key.with !== 'ctrl' };
  expect(pressed({ ...held(key), ...swapped }, 'page')).not.toBe(name);
});

test.each(all)('%s fires nothing while something is typed, and with Alt no decision', (name, key) => {
  expect(pressed(held(key), 'field')).toBe(key.with === 'ctrl' ? name : null);
  const free = !key.decides && !key.own_field && key.with !== 'ctrl';
  expect(pressed({ ...held(key), altKey: true }, 'field')).toBe(free ? name : null);
});

test('no two keys are the same', () => {
  const shown = all.map(([, key]) => key.shown);
  expect(new Set(shown).size).toBe(shown.length);
});

test('a question mark is one on every layout', () => {
  expect(pressed(press('KeyQ', { key: '?', shiftKey: true }), 'page')).toBe('help');
});
