import home from '#lib/i18n/en/home.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('home', home);
