import type { Fix } from '../../../api/types';

const FAR_M = 200;
const FRESH_MS = 60_000;
const METRES_A_DEGREE = 111_195;

/**
 * Metres from the scene if the phone's last fix rules out having arrived; null if it does not, or
 * there is no fix. The same limits as the server's arrival check.
 */
export function farFrom(
  fix: Fix | null,
  scene: { lat: number; lon: number },
  now = Date.now(),
): number | null {
  if (!fix || now - Date.parse(fix.at) > FRESH_MS) return null;
  const north = (fix.lat - scene.lat) * METRES_A_DEGREE;
  const east = (fix.lon - scene.lon) * METRES_A_DEGREE * Math.cos((scene.lat * Math.PI) / 180);
  const away = Math.hypot(north, east);
  return away > Math.max(FAR_M, 3 * (fix.accuracy ?? 0)) ? away : null;
}
