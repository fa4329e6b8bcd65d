// What the page says. English is the source and travels with the place that needs it (`part`); another locale
// is one file that is fetched when somebody chose it. Messages are ICU: "{count, plural, one {# day} other {# days}}".
// They are compiled when the page is built: a message with arguments arrives as its syntax tree.
import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import type { en } from './en.ts';
import { locales, type LocaleName } from './locales.ts';

export type Parts = typeof en;
/** A translation: what it lacks is said in English. */
export type Translation = { [P in keyof Parts]?: { [K in keyof Parts[P]]?: string } };
type Compiled = string | MessageFormatElement[];
export interface Locale {
  /** For numbers and dates, and the page's lang attribute. */
  tag: string;
  direction: 'ltr' | 'rtl';
  messages?: Translation;
  /** Instead of messages: what becomes of the English. For pseudo-locales. */
  transform?: (english: Compiled) => Compiled;
}

type Value = string | number | Date;
type Args<Message extends string> = Message extends `${string}{${string}`
  ? [values: Record<string, Value>]
  : [];

const english: Locale = { tag: regionalEnglish(), direction: 'ltr' };
let current = $state.raw<Locale>(english);
// By the message itself: each is one object for as long as the page lives.
let formatters = new Map<Compiled, IntlMessageFormat>();
let transformed = new Map<Compiled, Compiled>();

/** Messages are English; dates and numbers follow the reader's own English (26/11 or 11/26). */
function regionalEnglish() {
  const wanted = globalThis.navigator?.languages ?? [];
  return wanted.find((tag) => /^en(-|$)/i.test(tag)) ?? 'en-GB';
}

export const locale = () => current;

/** Also sets the page's language and direction. Unknown names mean English. */
export async function useLocale(name: string | undefined) {
  const load = locales[name as LocaleName];
  current = load ? await load() : english;
  formatters = new Map();
  transformed = new Map();
  document.documentElement.lang = current.tag;
  document.documentElement.dir = current.direction;
}

function transform(source: Compiled) {
  if (!current.transform) return undefined;
  const known = transformed.get(source) ?? current.transform(source);
  transformed.set(source, known);
  return known;
}

function format(message: Compiled, values?: Record<string, Value>) {
  if (typeof message === 'string') return message;
  let formatter = formatters.get(message);
  if (!formatter) formatters.set(message, (formatter = new IntlMessageFormat(message, current.tag)));
  return formatter.format(values) as string;
}

/** A place's words: `const t = part('deals', deals)`, then t('title') or t('count', { count: 3 }). */
export function part<P extends keyof Parts>(name: P, messages: Parts[P]) {
  type Words = Parts[P];
  return <K extends keyof Words & string>(key: K, ...[values]: Args<Words[K] & string>): string => {
    const source = messages[key] as Compiled;
    const message: Compiled = transform(source) ?? current.messages?.[name]?.[key] ?? source;
    return format(message, values);
  };
}
