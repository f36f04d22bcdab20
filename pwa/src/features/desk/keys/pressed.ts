import { KEYS, type DeskKey, type KeyName } from './table';

export type Place = 'page' | 'field' | 'dialog';
export type Press = Pick<
  KeyboardEvent,
  'code' | 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat' | 'isComposing'
>;

/** Which key of the desk that is, pressed there; while something is typed, Alt takes the place of the single key. */
export function pressed(press: Press, where: Place): KeyName | null {
  if (press.repeat || press.isComposing || where === 'dialog') return null;
  const found = (Object.entries(KEYS) as [KeyName, DeskKey][]).find(([, key]) => fits(key, press, where));
  return found?.[0] ?? null;
}

function fits(key: DeskKey, press: Press, where: Place): boolean {
  if ((press.ctrlKey || press.metaKey) !== (key.with === 'ctrl') || key.own_field) return false;
  if (key === KEYS.help && where === 'page' && press.key === '?') return true;
  if (press.code !== key.code || press.shiftKey !== (key.with === 'shift')) return false;
  if (key.with === 'ctrl') return !press.altKey;
  return where === 'page' ? !press.altKey : press.altKey && !key.decides;
}

/** `at`: what has the focus. A dialog, such as a locked screen, leaves the desk's keys dead wherever that is. */
export function placeOf(at: Element): Place {
  if (document.querySelector('dialog[open]')) return 'dialog';
  return at.closest('input, textarea, select, [contenteditable]') ? 'field' : 'page';
}

/** Until the returned function is called. */
export function hearKeys(does: Partial<Record<KeyName, (event: KeyboardEvent) => void>>): () => void {
  const press = (event: KeyboardEvent) => {
    const name = event.target instanceof Element ? pressed(event, placeOf(event.target)) : null;
    const act = name && does[name];
    if (!act) return;
    event.preventDefault();
    act(event);
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}
