import { redirect } from '@sveltejs/kit';
import { session } from '#lib/state/session.svelte.ts';
import { to } from '#lib/ui/links.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent, url }) => {
  await parent();
  if (session.state === 'setup_required') redirect(307, to('/setup'));
  if (session.state === 'signed_out') {
    const next = url.pathname + url.search;
    redirect(307, next === to('/') ? to('/sign-in') : `${to('/sign-in')}?next=${encodeURIComponent(next)}`);
  }
};
