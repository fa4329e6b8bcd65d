// The addresses inside the page, wherever it is served from.
import { resolve } from '$app/paths';

/** `to('/deals/7?outcome=lost')` is where that is, below whatever path Buckstop is served from. */
export const to = (path: `/${string}`) => (resolve as (path: string) => string)(path.slice(1));
