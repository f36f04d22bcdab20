import type { Sighting } from '../../../api/types';
import { m } from '../../../locales/paraglide/messages';
import { kindWord } from '../../../locales/words/kinds';

const sources: Record<string, () => string> = {
  alert: m.sight_alert,
  report: m.sight_report,
  operator: m.sight_operator,
};

/** Who saw it, and where or what. */
export function sightingName(sighting: Sighting): string {
  const source = (sources[sighting.source] ?? m.sight_operator)();
  return `${source}: ${sighting.camera_name ?? kindWord(sighting.kind)}`;
}
