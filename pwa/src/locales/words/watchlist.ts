import { m } from '../paraglide/messages';
import { kindWord } from './kinds';
import { worded } from './worded';

const matchWord = /* @__PURE__ */ worded({
  watchlist_face: m.match_face,
  watchlist_plate: m.match_plate,
});

/** Of an alert: the radio room sees at once that it is a match. */
export const alertWord = (kind: string) => (kind.startsWith('watchlist_') ? matchWord(kind) : kindWord(kind));

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
