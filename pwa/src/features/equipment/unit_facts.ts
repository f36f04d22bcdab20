import type { EquippedUnit, NewUnit } from '../../api/types';

/** As a form shows them: nothing is an empty text, capabilities are one text. */
export type UnitFacts = Record<'callsign' | 'plate' | 'beat' | 'capabilities', string> &
  Pick<EquippedUnit, 'kind'>;

/** Each as the server takes it, apart by commas or spaces. */
export const CAPABILITIES = '[a-z][a-z0-9_]{0,31}([, ]+[a-z][a-z0-9_]{0,31})*[, ]*';

export const NEW_UNIT: UnitFacts = {
  callsign: '',
  kind: 'motorcycle',
  plate: '',
  beat: '',
  capabilities: '',
};

export function factsOf({ callsign, kind, plate, beat, capabilities }: EquippedUnit): UnitFacts {
  return { callsign, kind, plate: plate ?? '', beat: beat ?? '', capabilities: capabilities.join(', ') };
}

export function asSent({ callsign, kind, plate, beat, capabilities }: UnitFacts): Omit<NewUnit, 'id'> {
  return {
    callsign: callsign.trim(),
    kind,
    plate: plate.trim() || null,
    beat: beat.trim() || null,
    capabilities: capabilities.split(/[, ]+/).filter(Boolean),
  };
}
