import type { Map as MapLibre } from 'maplibre-gl';
import type { Streets } from '../../api/types';
import { layStreets, streets } from './streets';

/** The streets under one map: fetched once, redrawn after every theme change. */
export class Ground {
  known = $state.raw<Streets | null>(null);

  async lay(map: MapLibre, below?: string): Promise<void> {
    this.known ??= await streets();
    // While the server was asked, the map may have gone or be between two styles.
    if (!this.known || !map.style || !map.getLayer(below ?? 'grid')) return;
    layStreets(map, this.known, below);
  }
}
