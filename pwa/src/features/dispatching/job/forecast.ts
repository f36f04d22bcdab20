/** What accepting would mean for the target; until then the server's forecast has no unit. */
export function forecastIfAccepted(
  left_s: number,
  eta_seconds: number | null,
): 'on_time' | 'late' | 'unassigned' {
  if (left_s < 0) return 'late';
  if (eta_seconds === null) return 'unassigned';
  return eta_seconds <= left_s ? 'on_time' : 'late';
}
