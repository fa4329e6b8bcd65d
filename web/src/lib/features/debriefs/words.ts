import debriefs from '#lib/i18n/en/debriefs.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('debriefs', debriefs);
