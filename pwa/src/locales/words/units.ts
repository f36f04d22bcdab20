import { m } from '../paraglide/messages';
import { worded } from './worded';

export const unitKind = /* @__PURE__ */ worded({
  motorcycle: m.unit_kind_motorcycle,
  car: m.unit_kind_car,
  foot: m.unit_kind_foot,
});
