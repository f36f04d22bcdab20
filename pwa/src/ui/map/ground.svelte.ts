import type { Map as MapLibre } from 'maplibre-gl';
import type { Streets } from '../../api/types';
import { layStreets, streets } from './streets';

/** The streets under one map: found once, laid again after every change of theme. */
export class Ground {
  known = $state.raw<Streets | null>(null);

  async lay(map: MapLibre, below?: string): Promise<void> {
    this.known ??= await streets();
    // The map may have gone, or may be between two styles, while the server was asked.
    if (!this.known || !map.style || !map.getLayer(below ?? 'grid')) return;
    layStreets(map, this.known, below);
  }
}
