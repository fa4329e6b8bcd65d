// Filters live in the address: a filtered list can be linked to, and Back undoes a filter.
import { goto } from '$app/navigation';
import { page } from '$app/state';

export const inAddress = (name: string, usual = '') => page.url.searchParams.get(name) ?? usual;

/** Sets or (with '') clears filters. Typing replaces the history entry, choosing adds one. */
export function address(changes: Record<string, string>, { replace = false } = {}) {
  const query = new URLSearchParams(page.url.search);
  for (const [name, value] of Object.entries(changes))
    if (value) query.set(name, value);
    else query.delete(name);
  const search = query.toString();
  return goto(page.url.pathname + (search ? `?${search}` : ''), { replace, reset: false });
}
