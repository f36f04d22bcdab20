import type { LayerSpecification } from 'maplibre-gl';
import { token } from './engine';

/** Longitude first. */
export type Corner = [number, number];

interface Drawn {
  corners: Corner[];
  holes: Corner[][];
  chosen: number | null;
  other: Corner[] | null;
  trouble: { lat: number; lon: number } | null;
  around: Neighbour[];
}

/** What lies around an area or in it, and its name if it is to be written there. */
export interface Neighbour {
  corners: Corner[];
  name: string;
}

/** Between the outermost corners: good enough for a name. */
function middle(corners: Corner[]): Corner {
  const between = (of: number[]) => (Math.min(...of) + Math.max(...of)) / 2;
  return [between(corners.map(([lon]) => lon)), between(corners.map(([, lat]) => lat))];
}

const closed = (ring: Corner[]) => (ring[0] ? [...ring, ring[0]] : ring);

export function areaFeatures(
  { corners, holes, chosen, other, trouble, around }: Drawn,
  handles: boolean,
): GeoJSON.FeatureCollection {
  const feature = (
    what: string,
    geometry: GeoJSON.Geometry,
    more: GeoJSON.GeoJsonProperties = {},
  ): GeoJSON.Feature => ({ type: 'Feature', geometry, properties: { what, ...more } });
  const line = (ring: Corner[]): GeoJSON.Geometry => ({ type: 'LineString', coordinates: closed(ring) });
  return {
    type: 'FeatureCollection',
    features: [
      ...around.map(({ corners, name }) => feature('around', line(corners), { name })),
      ...around
        .filter(({ name, corners }) => name && corners.length)
        .map(({ corners, name }) =>
          feature('name', { type: 'Point', coordinates: middle(corners) }, { name }),
        ),
      ...(corners.length > 2
        ? [feature('area', { type: 'Polygon', coordinates: [corners, ...holes].map(closed) })]
        : []),
      ...(corners.length > 1 ? [feature('border', line(corners))] : []),
      ...holes.map((hole) => feature('border', line(hole))),
      ...(other ? [feature('other', line(other))] : []),
      ...(handles
        ? corners.map((coordinates, index) =>
            feature('corner', { type: 'Point', coordinates }, { index, chosen: index === chosen }),
          )
        : []),
      ...(trouble ? [feature('trouble', { type: 'Point', coordinates: [trouble.lon, trouble.lat] })] : []),
    ],
  };
}

export function areaLayers(): LayerSpecification[] {
  const only = (what: string) => ['==', ['get', 'what'], what] as never;
  return [
    {
      id: 'around',
      type: 'line',
      source: 'area',
      filter: only('around'),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': token('ink-2'), 'line-width': 2 },
    },
    {
      id: 'area',
      type: 'fill',
      source: 'area',
      filter: only('area'),
      paint: { 'fill-color': token('brand'), 'fill-opacity': 0.14 },
    },
    {
      id: 'border',
      type: 'line',
      source: 'area',
      filter: only('border'),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': token('brand'), 'line-width': 3 },
    },
    {
      id: 'other',
      type: 'line',
      source: 'area',
      filter: only('other'),
      paint: { 'line-color': token('at-risk'), 'line-width': 3, 'line-dasharray': [2, 2] },
    },
    {
      id: 'around-names',
      type: 'symbol',
      source: 'area',
      filter: only('name'),
      layout: { 'text-field': ['get', 'name'], 'text-font': ['Sarabun'], 'text-size': 16 },
      paint: { 'text-color': token('ink'), 'text-halo-color': token('map'), 'text-halo-width': 2 },
    },
    {
      id: 'corners',
      type: 'circle',
      source: 'area',
      filter: only('corner'),
      paint: {
        'circle-radius': ['case', ['get', 'chosen'], 11, 8],
        'circle-color': ['case', ['get', 'chosen'], token('brand'), token('paper')],
        'circle-stroke-color': token('brand'),
        'circle-stroke-width': 3,
      },
    },
    {
      id: 'trouble',
      type: 'circle',
      source: 'area',
      filter: only('trouble'),
      paint: {
        'circle-radius': 16,
        'circle-opacity': 0,
        'circle-stroke-color': token('late'),
        'circle-stroke-width': 5,
      },
    },
  ];
}
