import { expect, test } from 'vitest';
import { affected } from '../../src/live/keys';
import type { LiveEvent } from '../../src/live/event_stream';

const event = (kind: LiveEvent['kind'], data: Record<string, unknown>): LiveEvent => ({
  kind,
  id: '1',
  data,
});
const names = (found: ReturnType<typeof affected>) => found.map((key) => key.join('/'));

test('an event names only what has to be read again', () => {
  expect(names(affected(event('camera', { subject: 'c' })))).toEqual(['cameras']);
  expect(names(affected(event('proposal', { incident_id: 'i' })))).toEqual([
    'proposals',
    'incident/i',
    'candidates/i',
  ]);
  expect(names(affected(event('alert', { subject: 'a' })))).toEqual(['alerts', 'alert/a']);
  expect(names(affected(event('assignment', { subject: 'x', incident_id: 'i' })))).toEqual([
    'current',
    'incidents',
    'units',
    'incident/i',
    'candidates/i',
  ]);
});

test('an event with fields missing or strange breaks nothing', () => {
  expect(names(affected(event('incident', {})))).toEqual(['incidents', 'current']);
  expect(names(affected(event('unit', { subject: 7 })))).toEqual(['units', 'current', 'equipped_units']);
});
