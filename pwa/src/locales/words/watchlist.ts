import { m } from '../paraglide/messages';
import { worded } from './worded';

export const entryState = /* @__PURE__ */ worded({
  draft: m.entry_draft,
  approved: m.entry_approved,
  withdrawn: m.entry_withdrawn,
  expired: m.entry_expired,
});

export const templateProblem = /* @__PURE__ */ worded({
  no_face: m.template_no_face,
  several_faces: m.template_several_faces,
  poor_quality: m.template_poor_quality,
});
