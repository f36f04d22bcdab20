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
  // Empty until somebody chose it: a patrol must not be sent to the station by oversight.
  lat: null as number | null,
  lon: null as number | null,
};
type Fields = typeof BLANK;
/** A call as the desk's own browser keeps it; `open`: its sheet was in front of the operator. */
export type KeptCall = { id: string; open: boolean; fields: Fields };

/** What the radio room has written down of a call that is not an incident yet. */
export class Call {
  /** One id from the first key: however often it is sent, it is one incident. */
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
