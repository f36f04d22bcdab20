import type { Corner } from '../../ui/map/area_layers';

export interface Rings {
  corners: Corner[];
  holes: Corner[][];
}

/** Of GeoJSON rings: without the repeated first corner. */
export function ringsOf(coordinates: number[][][]): Rings {
  const [corners = [], ...holes] = coordinates.map((ring) =>
    ring.slice(0, -1).map(([lon = 0, lat = 0]): Corner => [lon, lat]),
  );
  return { corners, holes };
}

export function polygonOf({ corners, holes }: Rings): { type: 'Polygon'; coordinates: Corner[][] } {
  return {
    type: 'Polygon',
    coordinates: [corners, ...holes].map((ring) => (ring[0] ? [...ring, ring[0]] : ring)),
  };
}

/** The one area in a text; null if it holds none, or several. */
export function readArea(text: string): Rings | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  const polygon = coordinatesIn(found);
  return isRings(polygon) ? ringsOf(polygon) : null;
}

/** Through features and collections down to a polygon's coordinates. */
function coordinatesIn(found: unknown): unknown {
  if (typeof found !== 'object' || found === null) return null;
  const { type, geometry, features, coordinates } = found as Record<string, unknown>;
  if (type === 'Feature') return coordinatesIn(geometry);
  if (type === 'FeatureCollection')
    return Array.isArray(features) && features.length === 1 ? coordinatesIn(features[0]) : null;
  if (type === 'MultiPolygon')
    return Array.isArray(coordinates) && coordinates.length === 1 ? coordinates[0] : null;
  return type === 'Polygon' ? coordinates : null;
}

function isRings(found: unknown): found is number[][][] {
  const corner = (one: unknown) =>
    Array.isArray(one) && Math.abs(one[0] as number) <= 180 && Math.abs(one[1] as number) <= 90;
  return (
    Array.isArray(found) &&
    found.length > 0 &&
    found.every((ring) => Array.isArray(ring) && ring.length > 3 && ring.every(corner))
  );
}
