import { Map as MapLibre, setWorkerUrl, type MapOptions, type StyleSpecification } from 'maplibre-gl';
import worker_url from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';

setWorkerUrl(new URL(worker_url, location.href).href);

/** A token from ui/tokens.css in MapLibre's format. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A plain empty ground. Streets come only from our own tiles (`streets.ts`), never from a third party. */
export function quietStyle(): StyleSpecification {
  return {
    version: 8,
    sources: {},
    layers: [{ id: 'ground', type: 'background', paint: { 'background-color': token('map') } }],
  };
}

/** Null if the device has no WebGL; the caller says so in words. */
export function openMap(options: Omit<MapOptions, 'style'>): MapLibre | null {
  try {
    const map = new MapLibre({
      style: quietStyle(),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200,
      ...options,
    });
    map.touchZoomRotate.disableRotation();
    // A missing tile leaves the grid visible; it is not a page error.
    map.on('error', () => undefined);
    return map;
  } catch {
    return null;
  }
}

/** Draws on a new map, and again whenever the theme changes. `dress` begins with the source `grid`; `dressed` hears when
 * data can be put in, and when for a moment it cannot. Returns the function that takes the map away. */
export function keepDressed(
  map: MapLibre,
  dress: (map: MapLibre) => void,
  dressed: (now: boolean) => void = () => undefined,
): () => void {
  const draw = () => {
    // The first style and a theme change can be ready at the same moment.
    if (!map.getSource('grid')) dress(map);
    dressed(true);
  };
  map.on('load', draw);
  const stop = followTheme(() => {
    dressed(false);
    map.setStyle(quietStyle(), { diff: false });
    map.once('styledata', draw);
  });
  return () => {
    stop();
    map.remove();
  };
}

function followTheme(changed: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  media.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', changed);
  };
}
