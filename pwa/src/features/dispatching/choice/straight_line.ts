interface Point {
  lat: number;
  lon: number;
}
const EARTH_M = 6_371_008.8;

/** Great-circle distance in metres: good enough to sort a list, not to promise a time. */
export function straightLine(from: Point, to: Point): number {
  const rad = Math.PI / 180;
  const half_lat = Math.sin(((to.lat - from.lat) * rad) / 2) ** 2;
  const half_lon = Math.sin(((to.lon - from.lon) * rad) / 2) ** 2;
  const a = half_lat + Math.cos(from.lat * rad) * Math.cos(to.lat * rad) * half_lon;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(a)));
}
