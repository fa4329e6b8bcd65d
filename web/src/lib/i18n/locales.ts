// The locales there are, each fetched when it is chosen. To add one: a file of type Locale, a line here.
import type { Locale } from './index.svelte.ts';

export type LocaleName = 'en-XA' | 'en-XB';

export const locales: Record<LocaleName, () => Promise<Locale>> = {
  'en-XA': () => import('./pseudo.ts').then((pseudo) => pseudo.accented),
  'en-XB': () => import('./pseudo.ts').then((pseudo) => pseudo.mirrored),
};
