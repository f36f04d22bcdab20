import type { Emergency } from '../../api/types';
import { ago, clockTime } from '../../locales/format';
import { m } from '../../locales/paraglide/messages';

/** The officer and the unit; of a tracker's alarm everybody in it. */
export function whose({ officer, callsign, crew }: Emergency): string {
  const people = officer ?? crew.join(', ');
  return [people, callsign ?? m.emergency_no_unit()].filter(Boolean).join(' · ');
}

export function placeWord({ located, fix_at }: Emergency, now: number): string {
  if (located === 'unknown' || !fix_at) return m.emergency_place_unknown();
  const since = { ago: ago(Math.max(0, (now - Date.parse(fix_at)) / 1000)) };
  return located === 'given' ? m.emergency_place_given(since) : m.emergency_place_last(since);
}

export function safetyWord({ safe_at, safe_by, safe_word, over_at }: Emergency): string {
  if (!safe_at) return over_at ? m.emergency_over() : m.emergency_waits();
  const said = { name: safe_by ?? '', at: clockTime(safe_at, false) };
  return safe_word === 'radio_room' ? m.emergency_said_radio(said) : m.emergency_said_officer(said);
}
