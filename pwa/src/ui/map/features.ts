import type { FeatureCollection } from 'geojson';
import type { Incident, Unit } from '../../api/types';
import { m } from '../../locales/paraglide/messages';

/** A fix older than this is drawn hollow: it shows where the unit was, not where it is. */
export const STALE_FIX_S = 60;

export function unitFeatures(units: Unit[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: units
      .filter((unit) => typeof unit.lat === 'number' && typeof unit.lon === 'number')
      .map((unit) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [unit.lon as number, unit.lat as number] },
        properties: {
          id: unit.id,
          label: unit.callsign,
          available: unit.status === 'available',
          stale: (unit.fix_age_s ?? Infinity) > STALE_FIX_S,
        },
      })),
  };
}

export function incidentFeatures(incidents: Incident[], selected: string | null): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: incidents.map((incident) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [incident.lon, incident.lat] },
      properties: {
        id: incident.id,
        label: String(incident.priority),
        priority: incident.priority,
        selected: incident.id === selected,
        drill: incident.drill === true,
        danger: Boolean(incident.emergency && !incident.emergency.over_at),
        mark: marked(incident),
      },
    })),
  };
}

function marked({ drill, emergency }: Incident): string {
  if (!emergency || emergency.over_at) return drill ? m.drill_mark() : '';
  const who = emergency.callsign ? `${m.emergency_mark()} ${emergency.callsign}` : m.emergency_mark();
  return emergency.located === 'unknown' ? `${who} · ${m.emergency_place_unknown()}` : who;
}

/**
 * The south-west and north-east corners around everything that has a position, `way` included
 * (longitude first); null when only one has.
 */
export function boundsOf(
  units: Unit[],
  incidents: Incident[],
  way: number[][] = [],
): [[number, number], [number, number]] | null {
  const places = [
    ...[...units, ...incidents].map(({ lat, lon }) => [lon, lat]),
    ...way.map(([lon, lat]) => [lon, lat]),
  ].filter((one): one is [number, number] => one.every((degrees) => typeof degrees === 'number'));
  if (places.length < 2) return null;
  const lats = places.map(([, lat]) => lat);
  const lons = places.map(([lon]) => lon);
  return [
    [Math.min(...lons), Math.min(...lats)],
    [Math.max(...lons), Math.max(...lats)],
  ];
}
