import { m } from '../../../locales/paraglide/messages';

export interface DeskKey {
  /** By physical key, so that the Thai layout works too. */
  code: string;
  shown: string;
  says: () => string;
  with?: 'ctrl' | 'alt' | 'shift';
  /** A decision is never made from a field; any other single key is, with Alt. */
  decides?: boolean;
  /** Its field hears it, not the desk. */
  own_field?: boolean;
}

/** Every key of the desk: what is not here is neither handled nor shown. */
export const KEYS = {
  find: { code: 'KeyK', with: 'ctrl', shown: 'Ctrl K', says: () => m.key_find() },
  call: { code: 'KeyN', shown: 'N', says: () => m.key_call() },
  place: { code: 'Digit', with: 'alt', shown: 'Alt 1–6', says: () => m.key_place(), own_field: true },
  next: { code: 'KeyJ', shown: 'J', says: () => m.key_next() },
  previous: { code: 'KeyK', shown: 'K', says: () => m.key_previous() },
  acknowledge: { code: 'KeyA', shown: 'A', says: () => m.key_acknowledge(), decides: true },
  confirm: { code: 'KeyY', shown: 'Y', says: () => m.key_confirm(), decides: true },
  reject: { code: 'KeyX', shown: 'X', says: () => m.key_reject(), decides: true },
  accept: { code: 'KeyD', shown: 'D', says: () => m.key_accept(), decides: true },
  leave: { code: 'KeyL', shown: 'L', says: () => m.key_leave(), decides: true },
  edit: { code: 'KeyE', shown: 'E', says: () => m.key_edit() },
  message: { code: 'KeyM', shown: 'M', says: () => m.key_message() },
  sound: { code: 'KeyS', shown: 'S', says: () => m.key_sound() },
  help: { code: 'Slash', with: 'shift', shown: '?', says: () => m.key_help() },
} as const satisfies Record<string, DeskKey>;
export type KeyName = keyof typeof KEYS;
