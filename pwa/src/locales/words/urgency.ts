import type { Hazard } from '../../api/types';
import { m } from '../paraglide/messages';
import { worded } from './worded';

const levels = /* @__PURE__ */ worded({ '1': m.priority_1, '2': m.priority_2, '3': m.priority_3 });
export const priorityWord = (level: number) => levels(String(level));

export const hazardWord = /* @__PURE__ */ worded<Hazard>({
  weapon: m.hazard_weapon,
  several_people: m.hazard_several_people,
  dog: m.hazard_dog,
  silent: m.hazard_silent,
  chemical: m.hazard_chemical,
});

/** What can hurt the officer, the worst first. */
export const HAZARDS: Hazard[] = ['weapon', 'several_people', 'dog', 'chemical', 'silent'];
