import type { Policy, PolicyVersion, Standard } from '../../api/types';
import { count } from '../../locales/format';
import { m } from '../../locales/paraglide/messages';
import { INCIDENT_KINDS, kindWord } from '../../locales/words/kinds';

export const PRIORITIES = ['1', '2', '3'] as const;
/** As the server takes them, in seconds. */
export const TIMES = {
  offer_seconds: { word: m.pol_offer, least: 5, most: 300 },
  delivery_seconds: { word: m.pol_delivery, least: 2, most: 120 },
  fix_limit_seconds: { word: m.pol_fix, least: 10, most: 3600 },
  alarm_seconds: { word: m.pol_alarm, least: 2, most: 600 },
  decision_seconds: { word: m.pol_decision, least: 30, most: 86_400 },
};
export type Time = keyof typeof TIMES;
export const TIME_NAMES = Object.keys(TIMES) as Time[];
/** What a person decides whatever the policy says, and what never waits. */
export const ALWAYS_BY_PERSON: string[] = ['watchlist_face', 'watchlist_plate'];
export const ALWAYS_AT_ONCE = 'sos';

type Values = Omit<Policy, 'version'>;

export function valuesOf({ version: _version, ...values }: Policy): Values {
  return { ...values, automatic_kinds: [...values.automatic_kinds].sort() };
}

/** The most minutes for a priority, and the most seconds of a time. */
export const mostMinutes = (standard: Standard | null, priority: string) =>
  (standard?.target_seconds[priority] ?? 86_400) / 60;
export const mostSeconds = (standard: Standard | null, time: Time) =>
  Math.min(TIMES[time].most, standard?.[time] ?? Infinity);

const minutes = (seconds: number | undefined) =>
  seconds === undefined ? m.none() : m.minutes_short({ count: count(seconds / 60) });

/** What differs, in words; in the order of the form. */
export function differences(before: Values | PolicyVersion['policy'], after: Values): string[] {
  const said: string[] = [];
  const say = (what: string, from: string, to: string) => {
    if (from !== to) said.push(m.pol_change({ what, before: from, after: to }));
  };
  for (const priority of PRIORITIES)
    say(m.pol_priority({ priority }), minutes(before.targets[priority]), minutes(after.targets[priority]));
  for (const time of TIME_NAMES)
    say(
      TIMES[time].word(),
      m.seconds_short({ count: count(before[time]) }),
      m.seconds_short({ count: count(after[time]) }),
    );
  const how = (values: { automatic_kinds: string[] }, kind: string) =>
    values.automatic_kinds.includes(kind) ? m.pol_automatic_word() : m.pol_by_person();
  for (const kind of INCIDENT_KINDS) {
    say(kindWord(kind), how(before, kind), how(after, kind));
    const units = (values: { units_per_kind: Record<string, number> }) =>
      `${count(values.units_per_kind[kind] ?? 1)} × ${m.equip_units()}`;
    say(kindWord(kind), units(before), units(after));
  }
  return said;
}
