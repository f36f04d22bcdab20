import type { LayerSpecification } from 'maplibre-gl';
import type { Coverage, Route } from '../../api/types';
import { token } from './engine';

export const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Cells that a free unit reaches in time; `soon`: in half that time. */
export function coverageFeatures(coverage: Coverage | null): GeoJSON.FeatureCollection {
  if (!coverage) return NOTHING;
  return {
    type: 'FeatureCollection',
    features: coverage.features.map(({ geometry, properties }) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: geometry.coordinates },
      properties: { soon: properties.seconds <= coverage.minutes * 30 },
    })),
  };
}

export function routeFeatures(route: Route | null): GeoJSON.FeatureCollection {
  if (!route) return NOTHING;
  return {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        geometry: { type: 'LineString', coordinates: route.geometry.coordinates as [number, number][] },
        properties: { by_road: route.properties.eta_source === 'road' },
      },
    ],
  };
}

export function overlayLayers(): LayerSpecification[] {
  const line = { 'line-cap': 'round' as const, 'line-join': 'round' as const };
  return [
    {
      id: 'coverage',
      type: 'fill',
      source: 'coverage',
      // No seams, so that the cells look like one area.
      paint: {
        'fill-color': token('on-time'),
        'fill-opacity': ['case', ['get', 'soon'], 0.38, 0.18],
        'fill-antialias': false,
      },
    },
    {
      id: 'route-edge',
      type: 'line',
      source: 'route',
      filter: ['get', 'by_road'],
      layout: line,
      paint: { 'line-color': token('paper'), 'line-width': 9 },
    },
    {
      id: 'route',
      type: 'line',
      source: 'route',
      filter: ['get', 'by_road'],
      layout: line,
      paint: { 'line-color': token('brand'), 'line-width': 5 },
    },
    {
      // As the crow flies: dashed, so that nobody follows it as a route.
      id: 'route-straight',
      type: 'line',
      source: 'route',
      filter: ['!', ['get', 'by_road']],
      paint: { 'line-color': token('brand'), 'line-width': 3, 'line-dasharray': [2, 2] },
    },
  ];
}
