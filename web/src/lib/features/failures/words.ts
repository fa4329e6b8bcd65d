import failures from '#lib/i18n/en/failures.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('failures', failures);
