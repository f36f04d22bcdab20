/** The last second of a calendar day on this device, with its offset, in the API's format. */
export function dayEnd(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}

const ADULT_YEARS = 18;

/** Entries for people under 18 are refused without a written override. */
export function isMinor(born: string, now: number): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(born)) return false;
  const adult = new Date(`${born}T00:00:00Z`);
  adult.setUTCFullYear(adult.getUTCFullYear() + ADULT_YEARS);
  return adult.getTime() > now;
}
