import quality from '#lib/i18n/en/quality.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('quality', quality);
