import type { Account, Role } from '../../api/types';

export const ROLES: Role[] = ['commander', 'operator', 'officer', 'auditor', 'admin'];
export type Standing = Role | 'not_yet' | 'locked';
export interface Group {
  standing: Standing;
  people: Account[];
}

export function standingOf(account: Account): Standing {
  if (account.disabled_at) return 'locked';
  return account.activated ? account.role : 'not_yet';
}

/** Whoever can sign in by role, then who has not chosen a password yet, then who is locked; each by name. */
export function groupsOf(accounts: Account[], language: string): Group[] {
  const by_name = new Intl.Collator(language, { numeric: true }).compare;
  const sorted = [...accounts].sort(
    (a, b) => by_name(a.display_name, b.display_name) || by_name(a.username, b.username),
  );
  const order: Standing[] = [...ROLES, 'not_yet', 'locked'];
  return order
    .map((standing) => ({ standing, people: sorted.filter((one) => standingOf(one) === standing) }))
    .filter(({ people }) => people.length);
}

export function matching(accounts: Account[], wanted: string): Account[] {
  const part = wanted.trim().toLowerCase();
  return accounts.filter(({ display_name, username }) =>
    [display_name, username].some((name) => name.toLowerCase().includes(part)),
  );
}
