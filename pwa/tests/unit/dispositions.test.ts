import { describe, expect, it } from 'vitest';
import { dispositionsFor } from '../../src/features/dispatching/job/dispositions';
import { INCIDENT_KINDS } from '../../src/locales/words/kinds';
import { dispositionWord } from '../../src/locales/words/outcomes';

describe('how a job ends', () => {
  it.each(INCIDENT_KINDS)('%s: the usual first, every outcome once and in words', (kind) => {
    const { usual, others } = dispositionsFor(kind);
    const all = [...usual, ...others];
    expect(usual.length).toBeGreaterThan(1);
    expect(usual.length).toBeLessThan(4);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toContain('other');
    for (const code of all) expect(dispositionWord(code)).not.toBe(code);
  });
  it('a match is judged: the same person, not, or unsure', () => {
    expect(dispositionsFor('watchlist_face').usual).toEqual(['same_person', 'not_same_person', 'unsure']);
    expect(dispositionsFor('theft').usual[0]).toBe('report_taken');
  });
});
