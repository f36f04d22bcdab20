import { m } from '../paraglide/messages';
import { worded } from './worded';

export const cameraState = /* @__PURE__ */ worded({
  live: m.camera_live,
  overloaded: m.camera_overloaded,
  not_matching: m.camera_not_matching,
  stalled: m.camera_stalled,
  unreachable: m.camera_unreachable,
  off: m.camera_off,
  unknown: m.camera_unknown,
});
