import type { FeatureCollection } from 'geojson';

const STEP_M = 500;
const METRES_PER_DEGREE = 111_320;

/**
 * Lines every 500 m around a place, to give a sense of distance where there are no streets.
 */
export function gridAround(lat: number, lon: number, reach_m = 6000): FeatureCollection {
  const lat_step = STEP_M / METRES_PER_DEGREE;
  const lon_step = lat_step / Math.max(0.2, Math.cos((lat * Math.PI) / 180));
  const lines = Math.round(reach_m / STEP_M);
  const middle_lat = Math.round(lat / lat_step) * lat_step;
  const middle_lon = Math.round(lon / lon_step) * lon_step;
  const features: FeatureCollection['features'] = [];
  const draw = (from: [number, number], to: [number, number]) =>
    features.push({
      type: 'Feature',
      properties: {},
      geometry: { type: 'LineString', coordinates: [from, to] },
    });
  const [south, north] = [middle_lat - lines * lat_step, middle_lat + lines * lat_step];
  const [west, east] = [middle_lon - lines * lon_step, middle_lon + lines * lon_step];
  for (let n = -lines; n <= lines; n++) {
    draw([west, middle_lat + n * lat_step], [east, middle_lat + n * lat_step]);
    draw([middle_lon + n * lon_step, south], [middle_lon + n * lon_step, north]);
  }
  return { type: 'FeatureCollection', features };
}
