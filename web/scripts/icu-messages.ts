// Reads ICU messages when the page is built, so that no parser has to travel to the browser: in a catalogue's
// file, "{count, plural, …}" becomes what intl-messageformat would have made of it. Plain texts stay texts.
import { parse } from '@formatjs/icu-messageformat-parser';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const catalogue = /\/src\/lib\/i18n\/(en|locales)\/[\w-]+\.ts$/;
let version = 0;

/** Exported for its test. */
export const compile = (message: string) =>
  message.includes('{') ? parse(message, { captureLocation: false }) : message;

export function icuMessages(): Plugin {
  return {
    name: 'icu-messages',
    enforce: 'pre',
    async load(id) {
      const file = id.split('?')[0] ?? id;
      if (!catalogue.test(file)) return;
      this.addWatchFile(file);
      // Node reads the file itself; the number makes it read it anew when it changed.
      const module = (await import(`${pathToFileURL(file).href}?${version++}`)) as {
        default: Record<string, string>;
      };
      const compiled = Object.entries(module.default).map(([key, message]) => [key, compile(message)]);
      return `export default ${JSON.stringify(Object.fromEntries(compiled))};`;
    },
  };
}
