import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../src/api/problem';
import { forgetDatabase, type Outgoing } from '../../src/offline/database';
import * as outbox from '../../src/offline/outbox';
import { backOffSeconds, drainLane, lanesOf, type Delivery, type Settled } from '../../src/offline/sender';

beforeEach(async () => {
  await forgetDatabase();
  globalThis.indexedDB = new IDBFactory();
});

const drain = async (delivery: Delivery) => {
  for (const lane of await lanesOf(delivery.owner)) await drainLane(lane, delivery);
};

const step = (id: string, name: string, more: Partial<outbox.NewOutgoing> = {}): outbox.NewOutgoing => ({
  id,
  lane: 'assignments',
  owner: 'me',
  method: 'POST',
  path: `/v1/assignments/a/${name}`,
  body: { at: '2026-08-03T07:00:00Z' },
  idempotent: true,
  step: name,
  ...more,
});

/** A server that answers as told and remembers what it was sent. */
function server(answer: (item: Outgoing) => unknown) {
  const sent: string[] = [];
  const settled: Settled[] = [];
  return {
    sent,
    settled,
    deliver: async (item: Outgoing) => {
      sent.push(item.step ?? item.id);
      return answer(item);
    },
    settle: async (one: Settled) => void settled.push(one),
  };
}

describe('outbox', () => {
  test('sends a lane in the order in which it was filled', async () => {
    for (const name of ['accept', 'en-route', 'arrived']) await outbox.put(step(name, name));
    const to = server(() => ({}));
    await drain({ ...to, owner: 'me' });
    expect(to.sent).toEqual(['accept', 'en-route', 'arrived']);
    expect(await outbox.waiting()).toEqual([]);
  });

  test('a dead network stops the lane, keeps everything and tries again later', async () => {
    await outbox.put(step('1', 'accept'));
    await outbox.put(step('2', 'en-route'));
    const dead = server(() => Promise.reject(new Problem(0, 'network')));
    await drain({ ...dead, owner: 'me', now: () => 1000 });
    expect(dead.sent).toEqual(['accept']);
    const [first] = await outbox.waiting();
    expect(first).toMatchObject({ attempts: 1, next_at: 2000, last_problem: 'network' });

    await drain({ ...dead, owner: 'me', now: () => 1500 });
    expect(dead.sent).toEqual(['accept']);

    const alive = server(() => ({}));
    await outbox.hurry();
    await drain({ ...alive, owner: 'me', now: () => 1600 });
    expect(alive.sent).toEqual(['accept', 'en-route']);
  });

  test('other lanes do not wait for a stuck one', async () => {
    await outbox.put(step('1', 'accept'));
    await outbox.put(step('2', 'fix', { lane: 'positions' }));
    const to = server((item) =>
      item.lane === 'positions' ? {} : Promise.reject(new Problem(503, 'unavailable')),
    );
    await drain({ ...to, owner: 'me' });
    expect((await outbox.waiting()).map(({ lane }) => lane)).toEqual(['assignments']);
  });

  test('a refusal is told once and the next step is tried', async () => {
    await outbox.put(step('1', 'accept'));
    await outbox.put(step('2', 'en-route'));
    const to = server((item) =>
      item.step === 'accept' ? Promise.reject(new Problem(409, 'wrong_state', '', [], null, 'expired')) : {},
    );
    await drain({ ...to, owner: 'me' });
    expect(to.settled.map(({ outcome }) => outcome)).toEqual(['refused', 'sent']);
    expect(await outbox.waiting()).toEqual([]);
  });

  test('an ended session keeps the step for its owner, and nobody else sends it', async () => {
    await outbox.put(step('1', 'accept'));
    const to = server(() => Promise.reject(new Problem(401, 'unauthenticated')));
    await drain({ ...to, owner: 'me' });
    await outbox.hurry();
    await drain({ ...server(() => ({})), owner: 'someone else' });
    await drain({ ...server(() => ({})), owner: null });
    expect(await outbox.waiting()).toHaveLength(1);
  });

  test('Retry-After is obeyed', async () => {
    await outbox.put(step('1', 'accept', { owner: null, lane: 'report:1' }));
    const to = server(() => Promise.reject(new Problem(429, 'slow_down', '', [], 42)));
    await drain({ ...to, owner: null, now: () => 0 });
    expect((await outbox.waiting())[0]?.next_at).toBe(42_000);
  });

  test('the same id is stored once, however often it is pressed', async () => {
    expect(await outbox.put(step('1', 'accept'))).toBe(true);
    expect(await outbox.put(step('1', 'accept'))).toBe(false);
    expect(await outbox.waiting()).toHaveLength(1);
  });

  test('a full phone drops the oldest tracks, never an action', async () => {
    await outbox.put(step('a', 'accept'));
    for (const id of ['1', '2', '3']) await outbox.put(step(id, 'fix', { lane: 'positions' }));
    await outbox.thinPositions(2);
    expect((await outbox.waiting()).map(({ id }) => id)).toEqual(['a', '2', '3']);
  });

  test('the wait grows and stays under a minute', () => {
    expect([0, 1, 2, 5, 6, 60].map(backOffSeconds)).toEqual([1, 2, 4, 32, 60, 60]);
  });
});
