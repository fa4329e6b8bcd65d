import { useLocale } from '#lib/i18n/index.svelte.ts';
import { preferences, setPreference } from '#lib/state/preferences.svelte.ts';
import { loadSession } from '#lib/state/session.svelte.ts';
import type { LayoutLoad } from './$types';

// The page is static files and one program behind it: nothing is rendered anywhere else.
export const ssr = false;

export const load: LayoutLoad = async ({ url }) => {
  const wanted = url.searchParams.get('locale');
  if (wanted) setPreference('locale', wanted === 'en' ? undefined : wanted);
  await Promise.all([loadSession(), preferences.locale && useLocale(preferences.locale)]);
};
