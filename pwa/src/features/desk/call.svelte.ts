import type { Hazard, IncidentKind, NewIncident } from '../../api/types';
import { wordsOf } from '../stations/delegated';

const BLANK = {
  kind: 'violence' as IncidentKind,
  place: '',
  note: '',
  caller: '',
  priority: 0,
  dispatch: true,
  drill: false,
  units_wanted: 0,
  able: '',
  hazards: [] as Hazard[],
  // Empty until chosen: a patrol must not be sent to the station by oversight.
  lat: null as number | null,
  lon: null as number | null,
};
type Fields = typeof BLANK;
/** A call as kept in the operator's browser; `open`: its sheet was on screen. */
export type KeptCall = { id: string; open: boolean; fields: Fields };

/** The radio room's notes on a call that is not an incident yet. */
export class Call {
  /** One id from the first keystroke, so that it stays one incident however often it is sent. */
  id = crypto.randomUUID();
  fields = $state<Fields>(structuredClone(BLANK));

  toIncident(): NewIncident | null {
    const { lat, lon, kind, dispatch, priority, drill, units_wanted, ...said } = this.fields;
    if (lat === null || lon === null) return null;
    const [place, note, caller] = [said.place.trim(), said.note.trim(), said.caller.trim()];
    const able = wordsOf(said.able);
    return {
      id: this.id,
      kind,
      lat,
      lon,
      dispatch,
      ...(place && { place }),
      ...(note && { note }),
      ...(caller && { caller }),
      ...(priority && { priority }),
      ...(drill && { drill }),
      ...(said.hazards.length && { hazards: $state.snapshot(said.hazards) }),
      ...(units_wanted && { units_wanted }),
      ...(able.length && { capabilities: able }),
    };
  }

  toKept(open: boolean): KeptCall | null {
    const fields = $state.snapshot(this.fields);
    const blank = JSON.stringify({ ...fields, kind: BLANK.kind }) === JSON.stringify(BLANK);
    return blank ? null : { id: this.id, open, fields };
  }

  fill(kept: KeptCall): void {
    this.id = kept.id as typeof this.id;
    this.fields = kept.fields;
  }

  clear(): void {
    this.id = crypto.randomUUID();
    this.fields = structuredClone(BLANK);
  }
}
