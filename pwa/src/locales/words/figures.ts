import type { StageName } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

export const stageWord = /* @__PURE__ */ worded<Exclude<StageName, 'response'>>({
  decision: m.stage_decision,
  delivery: m.stage_delivery,
  answer: m.stage_answer,
  travel: m.stage_travel,
});
