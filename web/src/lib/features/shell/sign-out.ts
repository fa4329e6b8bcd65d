import { goto } from '$app/navigation';
import { api, ask } from '#lib/api/client.ts';
import { queries } from '#lib/state/queries.ts';
import { setSession } from '#lib/state/session.svelte.ts';
import { to } from '#lib/ui/links.ts';

/** Ends the session, or all of them, and forgets what was loaded. */
export async function signOut(everywhere = false) {
  await ask(everywhere ? api.DELETE('/sessions') : api.DELETE('/session'));
  const next = await ask(api.GET('/session'));
  await goto(to('/sign-in'));
  setSession(next);
  queries.clear();
}
