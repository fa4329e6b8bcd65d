// Dates, money and numbers as the reader writes them. Calendar dates ("2026-11-23") never pass through a time
// zone: they are read and shown as UTC noon of that day.
import type { Money } from '../api/types.ts';
import { locale, part } from './index.svelte.ts';
import common from './en/common.ts';

const t = part('common', common);
const formatters = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function cached<F extends Intl.DateTimeFormat | Intl.NumberFormat>(key: string, make: (tag: string) => F): F {
  const full = `${locale().tag}|${key}`;
  let found = formatters.get(full) as F | undefined;
  if (!found) formatters.set(full, (found = make(locale().tag)));
  return found;
}

const dayMs = 86_400_000;
export const parseDay = (day: string) => new Date(`${day}T12:00:00Z`);
export const isoDay = (date: Date) => date.toISOString().slice(0, 10);
export const addDays = (day: string, days: number) =>
  isoDay(new Date(parseDay(day).getTime() + days * dayMs));
export const daysBetween = (from: string, to: string) =>
  Math.round((parseDay(to).getTime() - parseDay(from).getTime()) / dayMs);

type Style = 'short' | 'long' | 'weekday';
const styles: Record<Style, Intl.DateTimeFormatOptions> = {
  short: { day: 'numeric', month: 'short', year: 'numeric' },
  long: { weekday: 'long', day: 'numeric', month: 'long' },
  weekday: { weekday: 'long' },
};

/** "12 Oct 2026" */
export const day = (value: string, style: Style = 'short') =>
  cached(style, (tag) => new Intl.DateTimeFormat(tag, { ...styles[style], timeZone: 'UTC' })).format(
    parseDay(value),
  );

/** As people say it, seen from `today`: "today", "Tuesday", "in 3 days", "12 Oct 2026". */
export function spokenDay(value: string, today: string) {
  const ahead = daysBetween(today, value);
  if (ahead === 0) return t('today');
  if (ahead === 1) return t('tomorrow');
  if (ahead === -1) return t('yesterday');
  if (ahead < 0 && ahead > -7) return day(value, 'weekday');
  if (ahead > 0 && ahead < 7) return t('on-weekday', { weekday: day(value, 'weekday') });
  return day(value);
}

/** "12 Oct 2026, 14:05", in the reader's own time zone. */
export const moment = (instant: string) =>
  cached(
    'moment',
    (tag) => new Intl.DateTimeFormat(tag, { ...styles.short, hour: 'numeric', minute: '2-digit' }),
  ).format(new Date(instant));

/** "14:05" */
export const clock = (instant: string | Date) =>
  cached('clock', (tag) => new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit' })).format(
    new Date(instant),
  );

export const number = (value: number) => cached('number', (tag) => new Intl.NumberFormat(tag)).format(value);

export const percent = (share: number) =>
  cached(
    'percent',
    (tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 }),
  ).format(share);

/** How many decimals a currency has: 2 for EUR, 0 for JPY. */
export function decimals(currency: string) {
  try {
    return (
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2
    );
  } catch {
    return 2; // not a currency that this browser knows
  }
}

/** "€312,000": without decimals where there are none. */
export function money({ minor, currency }: Money) {
  const exponent = decimals(currency);
  const value = minor / 10 ** exponent;
  const digits = Number.isInteger(value) ? 0 : exponent;
  return cached(
    `${currency}${digits}`,
    (tag) =>
      new Intl.NumberFormat(tag, {
        style: 'currency',
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  ).format(value);
}

/** "open, won, or lost" */
export const either = (values: readonly string[]) =>
  new Intl.ListFormat(locale().tag, { type: 'disjunction' }).format(values);

/** "3.4 MB" */
export function fileSize(bytes: number) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const power = Math.min(3, bytes > 0 ? Math.floor(Math.log(bytes) / Math.log(1000)) : 0);
  return cached(
    `size${power}`,
    (tag) =>
      new Intl.NumberFormat(tag, {
        style: 'unit',
        unit: units[power],
        unitDisplay: 'short',
        maximumFractionDigits: power ? 1 : 0,
      }),
  ).format(bytes / 1000 ** power);
}

/** "about 2 minutes": for work that goes on. */
export function spell(seconds: number) {
  if (seconds < 60) return t('seconds', { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return t('minutes', { count: Math.round(seconds / 60) });
  return t('hours', { count: Math.round(seconds / 3600) });
}
