import type { LayerSpecification } from 'maplibre-gl';
import { token } from './engine';

/** The only saturated things on the map are incidents and units. */
export function boardLayers(): LayerSpecification[] {
  const label = {
    'text-size': 13,
    'text-offset': [0, 1.3] as [number, number],
    'text-anchor': 'top' as const,
    'text-optional': true,
  };
  return [
    { id: 'grid', type: 'line', source: 'grid', paint: { 'line-color': token('map-line'), 'line-width': 1 } },
    {
      id: 'officers-in-danger',
      type: 'circle',
      source: 'incidents',
      filter: ['get', 'danger'],
      paint: {
        'circle-radius': 22,
        'circle-opacity': 0,
        'circle-stroke-color': token('p1'),
        'circle-stroke-width': 5,
      },
    },
    {
      id: 'incidents',
      type: 'circle',
      source: 'incidents',
      paint: {
        'circle-radius': ['case', ['get', 'selected'], 15, 11],
        'circle-color': [
          'case',
          ['get', 'drill'],
          token('drill'),
          ['match', ['get', 'priority'], 1, token('p1'), 2, token('p2'), token('p3')],
        ],
        'circle-stroke-color': token('paper'),
        'circle-stroke-width': 3,
      },
    },
    {
      id: 'incident-numbers',
      type: 'symbol',
      source: 'incidents',
      layout: { 'text-field': ['get', 'label'], 'text-size': 13, 'text-allow-overlap': true },
      paint: { 'text-color': token('p1-ink') },
    },
    {
      id: 'officers-in-danger-names',
      type: 'symbol',
      source: 'incidents',
      filter: ['get', 'danger'],
      layout: {
        'text-field': ['get', 'mark'],
        'text-size': 15,
        'text-anchor': 'bottom',
        'text-offset': [0, -1.8],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': token('p1'), 'text-halo-color': token('map'), 'text-halo-width': 2 },
    },
    {
      id: 'drills',
      type: 'symbol',
      source: 'incidents',
      filter: ['get', 'drill'],
      layout: { 'text-field': ['get', 'mark'], ...label, 'text-allow-overlap': true },
      paint: {
        'text-color': token('drill'),
        'text-halo-color': token('map'),
        'text-halo-width': 2,
      },
    },
    {
      id: 'units',
      type: 'circle',
      source: 'units',
      paint: {
        'circle-radius': 8,
        'circle-color': ['case', ['get', 'stale'], token('map'), token('brand')],
        'circle-stroke-color': ['case', ['get', 'stale'], token('brand'), token('paper')],
        'circle-stroke-width': 2.5,
        'circle-opacity': ['case', ['get', 'available'], 1, 0.65],
      },
    },
    {
      id: 'unit-names',
      type: 'symbol',
      source: 'units',
      layout: { 'text-field': ['get', 'label'], ...label },
      paint: { 'text-color': token('ink'), 'text-halo-color': token('map'), 'text-halo-width': 1.5 },
    },
  ];
}
