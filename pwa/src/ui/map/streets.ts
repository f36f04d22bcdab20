import type { Map as MapLibre, LayerSpecification, VectorSourceSpecification } from 'maplibre-gl';
import type { Streets } from '../../api/types';
import { cache } from '../../live/cache';
import { queries } from '../../live/queries';
import { getLocale } from '../../locales/paraglide/runtime';
import { token } from './engine';

const MAIN = ['motorway', 'trunk', 'primary', 'motorway_link', 'trunk_link', 'primary_link'];
const MIDDLE = ['secondary', 'tertiary', 'secondary_link', 'tertiary_link'];
const WAYS = ['track', 'pedestrian', 'path', 'footway', 'cycleway', 'bridleway', 'steps', 'corridor'];

/** The address of our own tiles; null without a road network, or if the server is unreachable and it is not cached. */
export async function streets(): Promise<Streets | null> {
  const found = await cache.fetchQuery(queries.streets()).catch(() => null);
  return found?.network && found.tiles.length ? found : null;
}

function source({ tiles, minzoom, maxzoom, bounds }: Streets): VectorSourceSpecification {
  return {
    type: 'vector',
    tiles: tiles.map((path) => location.origin + path),
    minzoom,
    maxzoom,
    ...(bounds?.length === 4 && { bounds: bounds as [number, number, number, number] }),
  };
}

/** Widths in pixels by zoom for a class of roads. */
type Widths = [at_12: number, at_14: number, at_17: number];
const wide = ([at_12, at_14, at_17]: Widths, more = 0) =>
  [
    'interpolate',
    ['exponential', 1.5],
    ['zoom'],
    12,
    at_12 + more,
    14,
    at_14 + more,
    17,
    at_17 + more,
  ] as never;

function road(id: string, classes: string[], colour: string, widths: Widths, edge = 0): LayerSpecification {
  return {
    id,
    type: 'line',
    source: 'streets',
    'source-layer': 'roads',
    filter: ['in', ['get', 'class'], ['literal', classes]],
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': token(colour), 'line-width': wide(widths, edge) },
  };
}

/** Muted streets: the only saturated things on a map are incidents and units. */
export function streetLayers(): LayerSpecification[] {
  const others: LayerSpecification = {
    id: 'streets-small',
    type: 'line',
    source: 'streets',
    'source-layer': 'roads',
    filter: ['!', ['in', ['get', 'class'], ['literal', [...MAIN, ...MIDDLE, ...WAYS]]]],
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': token('street'), 'line-width': wide([0.6, 1.8, 9]) },
  };
  const ways = road('streets-ways', WAYS, 'street-edge', [0.4, 0.8, 2]);
  return [
    { ...ways, paint: { ...ways.paint, 'line-dasharray': [2, 2] } } as LayerSpecification,
    others,
    road('streets-middle-edge', MIDDLE, 'street-edge', [1.4, 3.4, 14], 1.6),
    road('streets-main-edge', MAIN, 'street-edge', [2.4, 5.4, 20], 2),
    road('streets-middle', MIDDLE, 'street', [1.4, 3.4, 14]),
    road('streets-main', MAIN, 'street-main', [2.4, 5.4, 20]),
  ];
}

/** Names along the roads; without a glyph server MapLibre draws them from the page's own font. */
export function streetNames(): LayerSpecification {
  const other = getLocale() === 'th' ? 'name_en' : 'name';
  const own = getLocale() === 'th' ? 'name' : 'name_en';
  return {
    id: 'street-names',
    type: 'symbol',
    source: 'streets',
    'source-layer': 'roads',
    minzoom: 13,
    filter: ['any', ['has', 'name'], ['has', 'name_en']],
    layout: {
      'symbol-placement': 'line',
      'symbol-spacing': 320,
      'text-field': ['coalesce', ['get', own], ['get', other]],
      'text-font': ['Sarabun'],
      'text-size': ['interpolate', ['linear'], ['zoom'], 13, 11, 17, 15],
      'text-max-angle': 30,
      'text-padding': 6,
    },
    paint: { 'text-color': token('street-name'), 'text-halo-color': token('map'), 'text-halo-width': 1.6 },
  };
}

/**
 * Draws our streets under what is already on the map. The grid below goes away once the first tile has
 * loaded; without a network it stays, to give a sense of distance.
 */
export function layStreets(map: MapLibre, known: Streets, below?: string): void {
  if (map.getSource('streets')) return;
  map.addSource('streets', source(known));
  for (const layer of [...streetLayers(), streetNames()]) map.addLayer(layer, below);
  const drawn = () => {
    if (!map.getSource('streets') || !map.isSourceLoaded('streets')) return;
    const any = map.querySourceFeatures('streets', { sourceLayer: 'roads' }).length > 0;
    if (!any || !map.getLayer('grid')) return;
    map.setLayoutProperty('grid', 'visibility', 'none');
    map.off('sourcedata', drawn);
  };
  map.on('sourcedata', drawn);
}
