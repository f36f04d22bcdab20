import { m } from '../../../locales/paraglide/messages';
import type { Sound } from './rules';

const words: Record<Sound, () => string> = {
  emergency: m.sound_emergency,
  sos: m.sound_sos,
  urgent: m.sound_urgent,
  alarm: m.sound_alarm,
  link: m.sound_link,
  match: m.sound_match,
  case: m.sound_case,
  message: m.sound_message,
};
export const soundWord = (sound: Sound) => words[sound]();
