// Long lists that the browser knows: time zones and currencies.
import { locale } from '#lib/i18n/index.svelte.ts';

export const homeTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All time zones; `present` too, where the browser doesn't know it. */
export function timeZoneChoices(present?: string) {
  const known = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), homeTimeZone()]);
  if (present) known.add(present);
  return [...known].sort().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
}

/** All currencies by their code, named as the reader names them. */
export function currencyChoices(present?: string) {
  const names = new Intl.DisplayNames(locale().tag, { type: 'currency' });
  const known = new Set(Intl.supportedValuesOf('currency'));
  if (present) known.add(present);
  return [...known].sort().map((code) => ({ value: code, label: `${code} – ${names.of(code) ?? code}` }));
}
