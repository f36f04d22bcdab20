import { citizens_languages, learn } from './citizens_languages';
import { m } from './paraglide/messages';
import { isLocale, locales, overwriteGetLocale, type Locale } from './paraglide/runtime';

const KEPT_AS = 'sipha-language';

/** A language that everybody may choose, or one that only citizens' screens speak. */
export type Language = Locale | (string & {});

const state = $state({
  wanted: chosen() ?? ofBrowser(globalThis.navigator?.languages),
  learnt: '',
  for_staff: false,
});
const current = $derived.by((): Language => {
  if (isLocale(state.wanted)) return state.wanted;
  return !state.for_staff && state.learnt === state.wanted ? state.wanted : 'en';
});
// Messages read the language through this rune, so every text on screen changes with it.
overwriteGetLocale(() => current as Locale);
prepare();

export const locale = {
  get current(): Language {
    return current;
  },
};

export function speak(language: Language): void {
  use(language);
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // A private window does not remember it; the page still changes.
  }
}

/** The language that the switch offers: each in turn. */
export function next(language: Language): Language {
  const offered = state.for_staff ? locales : [...locales, ...Object.keys(citizens_languages)];
  return offered[(offered.indexOf(language as Locale) + 1) % offered.length] ?? language;
}

/** A language's own name, and what the switch to it says. */
export function nameOf(language: Language): { name: string; switch: string } {
  const own = isLocale(language) ? { locale: language } : {};
  return (
    citizens_languages[language] ?? {
      name: m.language_name({}, own),
      switch: m.language_switch_label({}, own),
    }
  );
}

/** The account's own language, unless one was chosen on this device. */
export function speakAs(language: string | null | undefined): void {
  if (!chosen()) use(isLocale(language) ? language : 'th');
}

/** Staff's screens do not speak the languages that only citizens have: they fall back to English. */
export function speakToStaff(staff: boolean): void {
  state.for_staff = staff;
}

export function mark(): void {
  document.documentElement.lang = current;
}

/** The first of the browser's languages that we support, else English, which a visitor is more likely to read. */
export function ofBrowser(languages: readonly string[] | undefined): Language {
  for (const language of languages ?? []) {
    const spoken = language.toLowerCase().split('-')[0];
    if (isKnown(spoken)) return spoken;
  }
  return languages?.length ? 'en' : 'th';
}

function isKnown(language: string | null | undefined): language is Language {
  return isLocale(language) || Object.hasOwn(citizens_languages, language ?? '');
}

function use(language: Language): void {
  state.wanted = language;
  prepare();
  mark();
}

/** Until its texts are here, or without a network, the page speaks English. */
function prepare(): void {
  const { wanted } = state;
  if (isLocale(wanted)) return;
  learn(wanted).then(
    () => (state.learnt = wanted),
    () => undefined,
  );
}

function chosen(): Language | null {
  try {
    const kept = localStorage.getItem(KEPT_AS);
    return isKnown(kept) ? kept : null;
  } catch {
    return null;
  }
}
