import lessons from '#lib/i18n/en/lessons.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('lessons', lessons);
