import { incidents } from '../../../api/calls';
import { refresh } from '../../../live/changes';
import { keys } from '../../../live/keys';
import { desk_sound } from './desk_sound.svelte';
import type { Waiting } from './rules';

/** An alarm is acknowledged for the whole station, by name, and sounds on where that fails; the rest at this desk. */
export async function acknowledgeAll(things: readonly Waiting[]): Promise<void> {
  const alarms = new Set(desk_sound.board.alarms.map(({ id }) => id));
  desk_sound.acknowledge(...things.filter(({ id }) => !alarms.has(id)).map(({ id }) => id));
  const asked = things.filter(({ id }) => alarms.has(id)).map(({ id }) => incidents.acknowledge(id));
  await Promise.allSettled(asked);
  if (asked.length) refresh(keys.alarms());
}
