import { overwriteGetLocale, type Locale } from './paraglide/runtime';

const KEPT_AS = 'sipha-language';

const state = $state({ current: kept() });
// Messages read the language through this rune, so every text on screen changes with it.
overwriteGetLocale(() => state.current);

export const locale = {
  get current(): Locale {
    return state.current;
  },
};

export function speak(language: Locale): void {
  state.current = language;
  mark();
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // A private window forgets; the page still changes.
  }
}

/** True once somebody chose a language on this device; until then the account's own counts. */
export function languageChosen(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== null;
  } catch {
    return false;
  }
}

export function mark(): void {
  document.documentElement.lang = state.current;
}

function kept(): Locale {
  try {
    return localStorage.getItem(KEPT_AS) === 'en' ? 'en' : 'th';
  } catch {
    return 'th';
  }
}
