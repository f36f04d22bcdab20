import { describe, expect, test } from 'vitest';
import type { CurrentJob, Job } from '../../src/api/types';
import { withAssignment } from '../../src/live/cache';
import type { Outgoing } from '../../src/offline/database';
import { withPending } from '../../src/offline/pending';

const job = (id: string, state: Job['assignment']['state']): Job => ({
  assignment: {
    id,
    incident_id: `i-${id}`,
    unit_id: 'u',
    callsign: 'ห้วยขวาง 22',
    state,
    mode: 'offer',
    offered_at: '2026-08-03T07:00:00Z',
    offer_ends_at: null,
    eta_seconds: null,
    eta_source: null,
    distance_m: null,
    replaces: null,
  },
  incident: { id: `i-${id}` } as Job['incident'],
  words: [],
});
const unsent = (step: string, assignment_id: string) =>
  ({ step, assignment_id, lane: 'assignments' }) as Outgoing;

describe('what the officer sees while steps wait to be sent', () => {
  test('an unsent acceptance is held, and said to be unconfirmed', () => {
    const view = withPending({ held: null, offer: job('a', 'offered') }, [unsent('accept', 'a')]);
    expect(view.offer).toBeNull();
    expect(view.held?.assignment.state).toBe('accepted');
    expect(view).toMatchObject({ unconfirmed: true, waiting: ['accept'] });
  });

  test('the whole ladder can be climbed without a network', () => {
    const steps = ['accept', 'en-route', 'arrived', 'clear'].map((step) => unsent(step, 'a'));
    const current = { held: null, offer: job('a', 'offered') };
    expect(withPending(current, steps.slice(0, 3)).held?.assignment.state).toBe('arrived');
    expect(withPending(current, steps).held).toBeNull();
  });

  test('a declined offer leaves the screen at once and the held job stays', () => {
    const view = withPending({ held: job('h', 'en_route'), offer: job('a', 'offered') }, [
      unsent('decline', 'a'),
    ]);
    expect(view.offer).toBeNull();
    expect(view.held?.assignment.id).toBe('h');
  });

  test('steps for other jobs and positions change nothing', () => {
    const current: CurrentJob = { held: null, offer: job('a', 'offered') };
    const view = withPending(current, [unsent('accept', 'other'), { lane: 'positions' } as Outgoing]);
    expect(view).toMatchObject({ offer: current.offer, held: null, waiting: [], unconfirmed: false });
  });
});

describe('the answer to a step, before the list is read again', () => {
  test('an accepted offer becomes the held job', () => {
    const next = withAssignment({ held: null, offer: job('a', 'offered') }, job('a', 'accepted').assignment);
    expect(next.offer).toBeNull();
    expect(next.held?.incident.id).toBe('i-a');
  });

  test('a cleared job is gone; one that is not shown changes nothing', () => {
    const current: CurrentJob = { held: job('h', 'arrived'), offer: null };
    expect(withAssignment(current, job('h', 'cleared').assignment).held).toBeNull();
    expect(withAssignment(current, job('x', 'cleared').assignment)).toBe(current);
  });
});
