import shell from '#lib/i18n/en/shell.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('shell', shell);
