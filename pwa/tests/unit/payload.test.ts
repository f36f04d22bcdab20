import { describe, expect, test } from 'vitest';
import { isOver, notificationOf, readPush } from '../../src/sw/payload';

const ORIGIN = 'https://sipha.example';
const offer = (data = {}, notification = {}) => ({
  web_push: 8030,
  notification: {
    title: 'เหตุด่วน ระดับ 1',
    body: 'ทะเลาะวิวาท 4 นาที ซอย 5',
    lang: 'th',
    tag: 'assignment-1',
    navigate: `${ORIGIN}/officer?assignment=1`,
    data: {
      kind: 'offer',
      delivery_id: 'd1',
      receipt_token: 't1',
      assignment_id: 'a1',
      incident_id: 'i1',
      expires_at: '2026-08-03T07:00:30Z',
      ...data,
    },
    ...notification,
  },
});
const NOW = Date.parse('2026-08-03T07:00:00Z');

describe('a push', () => {
  test('an offer can be answered from the notification and stays until it is', () => {
    const { title, options } = notificationOf(readPush(offer(), ORIGIN), NOW);
    expect(title).toBe('เหตุด่วน ระดับ 1');
    expect(options).toMatchObject({
      tag: 'assignment-1',
      requireInteraction: true,
      renotify: true,
      lang: 'th',
    });
    expect(options.actions?.map(({ action }) => action)).toEqual(['accept', 'open']);
    expect(options.actions?.[0]?.title).toBe('รับปฏิบัติ');
  });

  test('an offer that is over says so and cannot be accepted', () => {
    const push = readPush(offer(), ORIGIN);
    const late = NOW + 31_000;
    expect(isOver(push, late)).toBe(true);
    const { title, options } = notificationOf(push, late);
    expect(title).not.toBe(push.title);
    expect(options.actions?.map(({ action }) => action)).toEqual(['open']);
    expect(options.requireInteraction).toBe(false);
  });

  test('a withdrawal shows something, without an invitation', () => {
    const { title, options } = notificationOf(
      readPush(offer({ kind: 'withdrawn' }, { title: 'ถอนงานแล้ว' }), ORIGIN),
      NOW,
    );
    expect(title).toBe('ถอนงานแล้ว');
    expect(options.actions?.map(({ action }) => action)).toEqual(['open']);
  });

  test('its language decides the words of the buttons', () => {
    const { options } = notificationOf(readPush(offer({}, { lang: 'en' }), ORIGIN), NOW);
    expect(options.actions?.[0]?.title).toBe('Accept');
  });

  test.each([
    null,
    undefined,
    7,
    'text',
    {},
    { notification: null },
    { notification: { data: 5, title: 9 } },
  ])('whatever comes, something can be shown: %j', (raw) => {
    const { title, options } = notificationOf(readPush(raw, ORIGIN), NOW);
    expect(title.length).toBeGreaterThan(0);
    expect(options.tag).toBe('sipha');
  });

  test('never opens another site', () => {
    const open = (navigate: string) => readPush(offer({}, { navigate }), ORIGIN).navigate;
    expect(open('https://evil.example/officer?assignment=1')).toBe(`${ORIGIN}/officer?assignment=1`);
    expect(open('javascript:alert(1)').startsWith(`${ORIGIN}`)).toBe(true);
    expect(open('/officer?assignment=2')).toBe(`${ORIGIN}/officer?assignment=2`);
  });
});
