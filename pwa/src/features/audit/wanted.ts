import type { AuditEntry } from '../../api/types';
import { m } from '../../locales/paraglide/messages';
import { machineRole } from '../../locales/words/equipment';

/** What the auditor asks for; empty does not limit. `from`, `to`: days. */
export interface Wanted {
  from: string;
  to: string;
  /** An action, or a part of the audit. */
  kind: string;
  by: { id: string; name: string } | null;
  subject: string;
}

/** Machines and the system have no name. */
export function nameOf({ by, role }: AuditEntry): string {
  return by ?? (role === 'system' ? m.audit_system() : machineRole(role));
}
