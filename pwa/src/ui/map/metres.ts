const METRES_A_DEGREE = 111_195;

interface Point {
  lat: number;
  lon: number;
}

/** Over the distances of one station, as on a plane. */
export function metresBetween(one: Point, other: Point): number {
  const north = (one.lat - other.lat) * METRES_A_DEGREE;
  const east = (one.lon - other.lon) * METRES_A_DEGREE * Math.cos((other.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}
