import deals from '#lib/i18n/en/deals.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('deals', deals);
