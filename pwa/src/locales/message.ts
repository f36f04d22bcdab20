import { spoken } from './citizens_languages';
import { getLocale } from './paraglide/runtime';

type Inputs = Record<string, unknown>;

/** What `compiled_messages.ts` compiles each text to. `key`: only of one that a language of citizens has. */
export const message =
  (thai: string, english: string, key?: string) =>
  (inputs: Inputs = {}, options: { locale?: string } = {}): string => {
    const language = options.locale ?? getLocale();
    const other = key && language !== 'en' ? spoken(language, key) : undefined;
    const text = language === 'th' ? thai : (other ?? english);
    return text.replace(/{(\w+)}/g, (_, name: string) => String(inputs[name]));
  };
