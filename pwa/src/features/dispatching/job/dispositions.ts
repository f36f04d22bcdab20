const ALL = ['resolved', 'arrest', 'report_taken', 'nobody_found', 'false_alarm', 'hoax', 'other'];
/** After a match the officer says whether it was that person; precision is computed from this. */
const AFTER_A_MATCH = ['same_person', 'not_same_person', 'unsure', 'nobody_found', 'other'];

/** How cases of a kind mostly end, the most usual first. */
const USUAL: Record<string, string[]> = {
  sos: ['resolved', 'false_alarm', 'nobody_found'],
  officer_emergency: ['resolved', 'arrest'],
  violence: ['resolved', 'arrest', 'nobody_found'],
  domestic: ['resolved', 'report_taken', 'arrest'],
  weapon: ['arrest', 'nobody_found', 'resolved'],
  theft: ['report_taken', 'nobody_found', 'arrest'],
  crash: ['report_taken', 'resolved'],
  drugs: ['arrest', 'nobody_found'],
  suspicious: ['nobody_found', 'resolved', 'arrest'],
  intrusion: ['nobody_found', 'false_alarm', 'arrest'],
  crowd: ['resolved', 'nobody_found'],
  traffic: ['resolved', 'nobody_found'],
  nuisance: ['resolved', 'nobody_found'],
  tamper: ['report_taken', 'false_alarm'],
};

/** `usual` are shown large, `others` below them; a tap on either clears the job. */
export function dispositionsFor(kind: string): { usual: string[]; others: string[] } {
  if (kind.startsWith('watchlist_'))
    return { usual: AFTER_A_MATCH.slice(0, 3), others: AFTER_A_MATCH.slice(3) };
  const usual = USUAL[kind] ?? ['resolved', 'report_taken'];
  return { usual, others: ALL.filter((code) => !usual.includes(code)) };
}
