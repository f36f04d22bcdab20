import type { Hazard, IncidentKind } from '../api/types';
import { m } from './paraglide/messages';

type Word = () => string;
const all = m as unknown as Record<string, Word | undefined>;

/** The word for a code of the wire; an unknown code is shown as it came rather than hidden. */
function word(family: string, code: string): string {
  return all[`${family}_${code}`]?.() ?? code.replaceAll('_', ' ');
}

export const kindWord = (code: string) => word('kind', code);
/** What a call may be about, the most urgent first. */
export const INCIDENT_KINDS: IncidentKind[] = [
  'violence',
  'domestic',
  'weapon',
  'sos',
  'theft',
  'crash',
  'drugs',
  'suspicious',
  'intrusion',
  'crowd',
  'traffic',
  'nuisance',
  'other',
];
/** What can hurt whoever goes there, the worst first. */
export const HAZARDS: Hazard[] = ['weapon', 'several_people', 'dog', 'chemical', 'silent'];

export const hazardWord = (code: string) => word('hazard', code);
export const roleWord = (code: string) => word('role', code);
export const priorityWord = (level: number) => word('priority', String(level));
export const incidentState = (code: string) => word('incident_state', code);
export const assignmentState = (code: string) => word('assignment_state', code);
export const forecastWord = (code: string) => word('forecast', code);
export const unitStatus = (code: string) => word('unit_status', code);
export const unitKind = (code: string) => word('unit_kind', code);
export const pointWord = (code: string) => word('point', code);
export const sourceWord = (code: string) => word('source', code);
export const dispositionWord = (code: string) => word('disposition', code);
export const declineWord = (code: string) => word('decline', code);
export const excludedWord = (code: string) => word('excluded', code);
export const reasonWord = (code: string) => word('reason', code);
export const alarmWord = (code: string) => word('alarm', code);
export const cameraState = (code: string) => word('camera', code);
export const entryState = (code: string) => word('entry', code);
export const reportStatus = (code: string) => word('status', code);
export const trackPoint = (code: string) => word('track_point', code);
export const stageWord = (code: string) => word('stage', code);
export const templateProblem = (code: string) => word('template', code);
export const proposalWord = (code: string) => word('proposal', code);
export const decisionWord = (code: string) => word('decision', code);
export const withdrawnWord = (code: string) => word('withdrawn', code);
export const arrivalProblem = (code: string) => word('arrival_problem', code);
export const positionProblem = (code: string) => word('position_problem', code);
/** The nearest of eight directions to a heading in degrees from north. */
export const compassWord = (heading: number) => word('compass', String(Math.round(heading / 45) % 8));
export const delegatedWord = (code: string) => word('dele', code);
export const channelState = (code: string) => word('chan_state', code);
