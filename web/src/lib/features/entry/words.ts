import entry from '#lib/i18n/en/entry.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('entry', entry);
