import type { Account } from '../../api/types';

/** What an administrator can change of a person. */
export type Fields = Pick<Account, 'display_name' | 'role' | 'language' | 'default_unit_id'>;
export type Field = keyof Fields;

export function fieldsOf({ display_name, role, language, default_unit_id }: Fields): Fields {
  return { display_name, role, language, default_unit_id };
}
