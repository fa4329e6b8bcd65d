import people from '#lib/i18n/en/people.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('people', people);
