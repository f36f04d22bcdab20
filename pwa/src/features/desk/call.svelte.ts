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
  /** Empty: told to this desk, just now. */
  source: '',
  source_reference: '',
  /** In local time, as its field writes it. */
  received_at: '',
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
      ...(said.source && { source: said.source }),
      ...(said.source_reference.trim() && { source_reference: said.source_reference.trim() }),
      ...(said.received_at && { received_at: new Date(said.received_at).toISOString() }),
    };
  }

  toKept(open: boolean): KeptCall | null {
    const fields = $state.snapshot(this.fields);
    const blank = JSON.stringify({ ...fields, kind: BLANK.kind }) === JSON.stringify(BLANK);
    return blank ? null : { id: this.id, open, fields };
  }

  fill(kept: KeptCall): void {
    this.id = kept.id as typeof this.id;
    // A draft of an earlier release lacks what came since.
    this.fields = { ...structuredClone(BLANK), ...kept.fields };
  }

  clear(): void {
    this.id = crypto.randomUUID();
    this.fields = structuredClone(BLANK);
  }
}
