// Pseudo-locales, to see what a translation would do: longer words with accents (en-XA), and a page that runs
// from right to left (en-XB). A text that stays plain isn't in the catalogue.
import { TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import type { Locale } from './index.svelte.ts';

const accents: Record<string, string> = Object.fromEntries(
  [...'aàbƀcçdđeéfƒgğhĥiîjĵkķlļmɱnñoôpþqǫrŕsštţuûvṽwŵxẋyýzž'.matchAll(/(\w)(.)/gu)].map(([, a, b]) => [a, b]),
);

function lengthen(text: string) {
  return text.replace(/[A-Za-z]+/g, (word) => {
    const letters = [...word].map((letter) => accents[letter] ?? letter);
    return letters.join('') + (word.length > 3 ? letters.at(-1)?.repeat(Math.ceil(word.length / 4)) : '');
  });
}

function walk(elements: MessageFormatElement[]): MessageFormatElement[] {
  return elements.map((element) => {
    if (element.type === TYPE.literal) return { ...element, value: lengthen(element.value) };
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      const options = Object.entries(element.options).map(([name, option]) => [
        name,
        { ...option, value: walk(option.value) },
      ]);
      return { ...element, options: Object.fromEntries(options) };
    }
    return element;
  });
}

/** Exported for its test. */
export const accent = (message: string | MessageFormatElement[]) =>
  typeof message === 'string' ? lengthen(message) : walk(message);

export const accented: Locale = { tag: 'en', direction: 'ltr', transform: accent };
export const mirrored: Locale = { tag: 'en', direction: 'rtl', transform: accent };
