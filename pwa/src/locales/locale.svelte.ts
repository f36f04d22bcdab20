import { isLocale, locales, overwriteGetLocale, type Locale } from './paraglide/runtime';

const KEPT_AS = 'sipha-language';

const state = $state({ current: chosen() ?? ofBrowser(globalThis.navigator?.languages) });
// Messages read the language through this rune, so every text on screen changes with it.
overwriteGetLocale(() => state.current);

export const locale = {
  get current(): Locale {
    return state.current;
  },
};

export function speak(language: Locale): void {
  use(language);
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // A private window does not remember it; the page still changes.
  }
}

/** The language that the switch offers: each in turn. */
export function next(language: Locale): Locale {
  return locales[(locales.indexOf(language) + 1) % locales.length] ?? language;
}

/** The account's own language, unless one was chosen on this device. */
export function speakAs(language: string | null | undefined): void {
  if (!chosen()) use(isLocale(language) ? language : 'th');
}

export function mark(): void {
  document.documentElement.lang = state.current;
}

/** The first of the browser's languages that we support, else English, which a visitor is more likely to read. */
export function ofBrowser(languages: readonly string[] | undefined): Locale {
  for (const language of languages ?? []) {
    const spoken = language.toLowerCase().split('-')[0];
    if (isLocale(spoken)) return spoken;
  }
  return languages?.length ? 'en' : 'th';
}

function use(language: Locale): void {
  state.current = language;
  mark();
}

function chosen(): Locale | null {
  try {
    const kept = localStorage.getItem(KEPT_AS);
    return isLocale(kept) ? kept : null;
  } catch {
    return null;
  }
}
