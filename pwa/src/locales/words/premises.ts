import type { components } from '../../api/schema';
import { m } from '../paraglide/messages';
import { worded } from './worded';

type Schemas = components['schemas'];

export const warningWord = /* @__PURE__ */ worded<Schemas['WarningKind']>({
  dog: m.premises_dog,
  weapons: m.premises_weapons,
  attacked_responders: m.premises_attacked_responders,
  chemicals: m.premises_chemicals,
  structure: m.premises_structure,
  access: m.premises_access,
  medical: m.premises_medical,
});
export const warningSource = /* @__PURE__ */ worded<Schemas['WarningSource']>({
  own_visit: m.premises_own_visit,
  fire_service: m.premises_fire_service,
  health_service: m.premises_health_service,
  owner: m.premises_owner,
  other_agency: m.premises_other_agency,
});
