import type { Fix } from '../../../api/types';
import { metresBetween } from '../../../ui/map/metres';

const FAR_M = 200;
const FRESH_MS = 60_000;

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
  const away = metresBetween(fix, scene);
  return away > Math.max(FAR_M, 3 * (fix.accuracy ?? 0)) ? away : null;
}
