import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

type Texts = Record<string, string>;

interface Settings {
  'plugin.inlang.messageFormat': { pathPattern: string[] };
}

/** Paraglide types the messages; this compiles them to a third of its size, and so that languages of citizens only,
 * which are fetched when they are spoken, can answer in place of English. */
export function compiledMessages(root = import.meta.dirname): Plugin {
  const read = (file: string) => JSON.parse(readFileSync(resolve(root, file), 'utf8')) as unknown;
  const settings = read('project.inlang/settings.json') as Settings;
  const texts = (language: string): Texts =>
    Object.assign(
      {},
      ...settings['plugin.inlang.messageFormat'].pathPattern.map((file) =>
        read(file.replace('{locale}', language)),
      ),
    );
  const locales = resolve(root, 'src/locales');
  const files = readdirSync(locales).map((folder) => resolve(locales, folder, 'citizens.json'));
  let [thai, english, of_citizens]: Texts[] = [];

  return {
    name: 'compiled-messages',
    buildStart() {
      [thai, english] = ['th', 'en'].map(texts);
      of_citizens = Object.assign({}, ...files.filter((file) => existsSync(file)).map(read));
    },
    transform(_, id) {
      const key = /paraglide\/messages\/(\w+)\.js$/.exec(id)?.[1] ?? '';
      if (thai?.[key] === undefined) return;
      const parts = [thai[key], english?.[key], ...(of_citizens?.[key] ? [key] : [])];
      const given = parts.map((part) => JSON.stringify(part)).join(', ');
      const code = `import { message } from '../../message.ts';\nexport const ${key} = /*#__PURE__*/ message(${given});`;
      return { code, map: null };
    },
  };
}
