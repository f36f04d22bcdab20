import type { ResponseRow, StatsGroup } from '../../api/types';
import { m } from '../../locales/paraglide/messages';
import { getLocale } from '../../locales/paraglide/runtime';
import { priorityWord } from '../../locales/words/urgency';

/** A row's label: units by call sign, hours as times, priorities with their word. */
export function groupName(row: ResponseRow, group: StatsGroup, names: Map<string, string>): string {
  const code = String(row.group);
  if (group === 'hour') return hourName(code);
  if (group === 'priority') return `${code} · ${priorityWord(Number(code))}`;
  if (group === 'unit') return names.get(code) ?? (code === 'null' || !code ? m.stats_no_unit() : code);
  if (group === 'station') return names.get('station') ?? code;
  return code;
}

export function stationName(station: { name_th: string; name_en: string }): string {
  return getLocale() === 'th' ? station.name_th : station.name_en;
}

/** `14:00` for the hour of day; a full time stamp is shortened to it. */
export function hourName(code: string): string {
  const hour = hourOf(code);
  return hour === null ? code : `${String(hour).padStart(2, '0')}:00`;
}

export function hourOf(code: string): number | null {
  const plain = /^\d{1,2}$/.exec(code);
  if (plain) return Number(code);
  const stamped = /(?:^|T| )(\d{2}):/.exec(code);
  return stamped ? Number(stamped[1]) : null;
}
