import { expect, test } from 'vitest';
import { ofBrowser } from '../../src/locales/locale.svelte';

test.each([
  [['th-TH', 'en'], 'th'],
  [['en-GB', 'th'], 'en'],
  [['de-DE', 'th'], 'th'],
  [['zh-CN', 'en'], 'zh'],
  [['zh-Hans-CN'], 'zh'],
  [['zh-TW', 'th'], 'zh'],
  [['tlh', 'x-none'], 'en'],
  [[], 'th'],
  [undefined, 'th'],
])('a browser that says %j is spoken to in %s', (languages, spoken) => {
  expect(ofBrowser(languages)).toBe(spoken);
});
