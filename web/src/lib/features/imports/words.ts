import imports from '#lib/i18n/en/imports.ts';
import { part } from '#lib/i18n/index.svelte.ts';

export const t = part('imports', imports);
/** For words whose key comes from the server: those that it may add later are shown as they are. */
export const named = (prefix: string, name: string) => {
  const key = `${prefix}-${name}`;
  return key in imports ? (t as (key: string) => string)(key) : name.replaceAll('_', ' ');
};
