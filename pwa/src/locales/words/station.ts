import type { Delegated } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

/** The degree of delegation. */
export const delegatedWord = /* @__PURE__ */ worded<Delegated>({
  automatic: m.dele_automatic,
  proposed: m.dele_proposed,
  off: m.dele_off,
});

/** What is delegated. */
export const delegatedField = /* @__PURE__ */ worded({
  offers: m.dele_offers,
  diversions: m.dele_diversions,
  swaps: m.dele_swaps,
  repositioning: m.dele_repositioning,
  mutual_aid: m.dele_mutual_aid,
  unheard_reports: m.dele_unheard_reports,
});

/** What `{field}_{degree}` means for the radio room. */
export const delegatedMeaning = /* @__PURE__ */ worded({
  offers_automatic: m.dele_offers_automatic,
  offers_proposed: m.dele_offers_proposed,
  offers_off: m.dele_offers_off,
  diversions_automatic: m.dele_diversions_automatic,
  diversions_proposed: m.dele_diversions_proposed,
  diversions_off: m.dele_diversions_off,
  swaps_automatic: m.dele_swaps_automatic,
  swaps_proposed: m.dele_swaps_proposed,
  swaps_off: m.dele_swaps_off,
  repositioning_automatic: m.dele_repositioning_automatic,
  repositioning_proposed: m.dele_repositioning_proposed,
  repositioning_off: m.dele_repositioning_off,
  mutual_aid_automatic: m.dele_mutual_aid_automatic,
  mutual_aid_proposed: m.dele_mutual_aid_proposed,
  mutual_aid_off: m.dele_mutual_aid_off,
  unheard_reports_automatic: m.dele_unheard_reports_automatic,
  unheard_reports_proposed: m.dele_unheard_reports_proposed,
  unheard_reports_off: m.dele_unheard_reports_off,
});

export const channelState = /* @__PURE__ */ worded({
  due: m.chan_state_due,
  sent: m.chan_state_sent,
  gone: m.chan_state_gone,
  failed: m.chan_state_failed,
  expired: m.chan_state_expired,
});
