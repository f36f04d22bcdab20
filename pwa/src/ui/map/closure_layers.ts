import type { LayerSpecification } from 'maplibre-gl';
import type { Closure } from '../../api/types';
import { clockTime } from '../../locales/format';
import { m } from '../../locales/paraglide/messages';
import { token } from './engine';

/** Whether a closure holds at a time; others are still to come. */
export const holdsAt = (closure: Closure, now: number) => Date.parse(closure.from) <= now;

export function closureFeatures(closures: Closure[], now: number): GeoJSON.FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: closures
      .filter((closure) => holdsAt(closure, now))
      .map((closure) => ({
        type: 'Feature',
        geometry: closure.geometry as unknown as GeoJSON.Geometry,
        properties: {
          closed: closure.speed_factor === 0,
          label: `${closure.speed_factor === 0 ? '✕' : '▾'} ${closure.reason.slice(0, 40)}\n${m.clo_until({ at: clockTime(closure.to, false) })}`,
        },
      })),
  };
}

/** In ink, not in a colour: red and amber are for priority and forecast. */
export function closureLayers(): LayerSpecification[] {
  const line = { 'line-cap': 'butt' as const, 'line-join': 'round' as const };
  return [
    {
      id: 'closure-area',
      type: 'fill',
      source: 'closures',
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': token('ink'), 'fill-opacity': 0.12 },
    },
    {
      id: 'closure-edge',
      type: 'line',
      source: 'closures',
      layout: line,
      paint: { 'line-color': token('paper'), 'line-width': 9 },
    },
    {
      id: 'closure',
      type: 'line',
      source: 'closures',
      filter: ['get', 'closed'],
      layout: line,
      paint: { 'line-color': token('ink'), 'line-width': 6, 'line-dasharray': [0.5, 0.5] },
    },
    {
      id: 'closure-slow',
      type: 'line',
      source: 'closures',
      filter: ['!', ['get', 'closed']],
      layout: line,
      paint: { 'line-color': token('ink'), 'line-width': 3, 'line-dasharray': [2, 2] },
    },
    {
      id: 'closure-point',
      type: 'circle',
      source: 'closures',
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 6,
        'circle-color': token('ink'),
        'circle-stroke-color': token('paper'),
        'circle-stroke-width': 2,
      },
    },
    {
      id: 'closure-words',
      type: 'symbol',
      source: 'closures',
      minzoom: 13,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': ['Sarabun'],
        'text-size': 13,
        'text-offset': [0, 1.2],
        'text-anchor': 'top',
      },
      paint: { 'text-color': token('ink'), 'text-halo-color': token('map'), 'text-halo-width': 2 },
    },
  ];
}
