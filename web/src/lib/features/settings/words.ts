import settings from '#lib/i18n/en/settings.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('settings', settings);
