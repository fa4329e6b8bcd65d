import { api, ask } from '#lib/api/client.ts';
import { to } from '#lib/ui/links.ts';

/** Ends the session, or all of them. The page is loaded anew, so that nothing of the person stays in memory. */
export async function signOut(everywhere = false) {
  await ask(everywhere ? api.DELETE('/sessions') : api.DELETE('/session'));
  location.assign(to('/sign-in'));
}
