import commitments from '#lib/i18n/en/commitments.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('commitments', commitments);
