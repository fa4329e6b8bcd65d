import common from '#lib/i18n/en/common.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('common', common);
