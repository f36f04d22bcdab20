import type { Account } from '../../api/types';

/** What an administrator can change of a person. */
export type Fields = Pick<Account, 'display_name' | 'role' | 'language' | 'default_unit_id'>;
export type Field = keyof Fields;
const NAMES: Field[] = ['display_name', 'role', 'language', 'default_unit_id'];

export function fieldsOf({ display_name, role, language, default_unit_id }: Fields): Fields {
  return { display_name, role, language, default_unit_id };
}

/** Only what was changed is sent. */
export function changes(typed: Fields, seen: Fields): Partial<Fields> {
  return Object.fromEntries(
    NAMES.filter((name) => typed[name] !== seen[name]).map((name) => [name, typed[name]]),
  );
}

/** After somebody else's change: what was typed stays, everything else is as it is now. */
export function rebased(typed: Fields, seen: Fields, present: Fields): Fields {
  return { ...fieldsOf(present), ...changes(typed, seen) };
}

/** What both have changed, and differently. */
export function conflicts(typed: Fields, seen: Fields, present: Fields): Field[] {
  return NAMES.filter(
    (name) => typed[name] !== seen[name] && present[name] !== seen[name] && typed[name] !== present[name],
  );
}
