import { redirect } from '@sveltejs/kit';
import { session } from '#lib/state/session.svelte.ts';
import { to } from '#lib/ui/links.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
  await parent();
  if (session.state !== 'setup_required') redirect(307, to('/'));
};
