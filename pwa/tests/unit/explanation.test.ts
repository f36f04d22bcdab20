import { beforeEach, expect, test } from 'vitest';
import type { Clause } from '../../src/api/types';
import { explained } from '../../src/locales/explanation';
import { overwriteGetLocale } from '../../src/locales/paraglide/runtime';

let language: 'th' | 'en' = 'en';
overwriteGetLocale(() => language);
beforeEach(() => {
  language = 'en';
});

const diversion: Clause[] = [
  { code: 'arrives', callsign: '14', seconds: 250 },
  { code: 'nearest_idle', callsign: '22', seconds: 410 },
  { code: 'leaves_job', callsign: '14', priority: 3, reference: '26-00012' },
  { code: 'left_taken_later', callsign: '31', seconds: 180 },
];

test('a diversion reads as on the radio, in the language of the reader', () => {
  expect(explained({ clauses: diversion, th: '', en: '' })).toBe(
    '14 arrives in 4:10; nearest other idle, 22, in 6:50; ' +
      '14 was driving to a priority 3 (26-00012); 31 takes that one, 3:00 later.',
  );
  language = 'th';
  expect(explained({ clauses: diversion, th: '', en: '' })).toBe(
    '14 ถึงใน 4:10; สายตรวจว่างที่ใกล้ที่สุดรองลงมา 22 ถึงใน 6:50; ' +
      '14 กำลังเดินทางไปเหตุระดับ 3 (26-00012); 31 รับเหตุนั้นแทน ช้าลง 3:00.',
  );
});

test('what an earlier release decided is shown as it worded it', () => {
  const stored = { clauses: [], th: '14 ถึงใน 4:10.', en: '14 arrives in 4:10.' };
  expect(explained(stored)).toBe('14 arrives in 4:10.');
  language = 'th';
  expect(explained(stored)).toBe('14 ถึงใน 4:10.');
  expect(explained(null)).toBe('');
});

const others: [Clause, string][] = [
  [{ code: 'arrives_straight', callsign: '14', seconds: 60 }, '14 arrives in 1:00 (as the crow flies).'],
  [
    {
      code: 'neighbour_arrives',
      callsign: '22',
      seconds: 60,
      station: { th: 'สน.ข้างเคียง', en: 'Next Door' },
    },
    '22 (Next Door) arrives in 1:00.',
  ],
  [{ code: 'nobody_free' }, 'nobody else is free.'],
  [{ code: 'sooner', callsign: '14', seconds: 130 }, '2:10 before 14, which is on its way.'],
  [
    { code: 'sooner_than_late', callsign: '14', seconds: 130 },
    '2:10 before 14, which is on its way and will be late.',
  ],
  [{ code: 'position_lost', callsign: '14' }, '14 is on its way, but its position is no longer known.'],
  [{ code: 'overdue', callsign: '14', seconds: 95 }, '14 should have arrived 1:35 ago.'],
  [{ code: 'leaves_drill', callsign: '31', reference: '26-00012' }, '31 was on a drill (26-00012).'],
  [
    { code: 'leaves_offer', callsign: '31', priority: 2, reference: '26-00012' },
    '31 was being asked for a priority 2 (26-00012).',
  ],
  [{ code: 'left_waits' }, 'that one waits for a unit to come free.'],
  [{ code: 'left_taken', callsign: '22' }, '22 takes that one.'],
  [{ code: 'left_taken_in_time', callsign: '22' }, '22 takes that one, no later.'],
  [{ code: 'chosen', callsign: '22' }, '22 chosen by the radio room.'],
  [{ code: 'ordered', callsign: '22' }, '22 ordered by radio.'],
  [{ code: 'position_unknown' }, 'position unknown.'],
  [{ code: 'left_out', excluded_because: 'stale_fix' }, 'left out by rule: position too old.'],
  [{ code: 'first_choice', callsign: '14', seconds: 120 }, 'the first choice was 14, in 2:00.'],
  [{ code: 'no_own_unit' }, 'no unit of this station can go.'],
  [{ code: 'own_unit_late', seconds: 1000 }, 'our own unit needs 16:40, past the target.'],
  [
    { code: 'repositioned', callsign: '22', share_before: 0.704, share_after: 0.857 },
    '22 to this area: 86 % of recent calls would be reached in time, now 70 %.',
  ],
];

test.each(others)('%j', (clause, text) => {
  expect(explained({ clauses: [clause], th: '', en: '' })).toBe(text);
});
