import { m } from '../paraglide/messages';
import { worded } from './worded';

export const roleWord = /* @__PURE__ */ worded({
  officer: m.role_officer,
  operator: m.role_operator,
  commander: m.role_commander,
  admin: m.role_admin,
  auditor: m.role_auditor,
  province: m.role_province,
});
