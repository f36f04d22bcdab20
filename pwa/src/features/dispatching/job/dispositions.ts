const GENERAL = ['resolved', 'arrest', 'report_taken', 'nobody_found', 'false_alarm', 'hoax', 'other'];
/** After a match the officer says whether it was that person; precision is computed from this. */
const AFTER_A_MATCH = ['same_person', 'not_same_person', 'nobody_found', 'other'];

export function dispositionsFor(kind: string): string[] {
  return kind.startsWith('watchlist_') ? AFTER_A_MATCH : GENERAL;
}
