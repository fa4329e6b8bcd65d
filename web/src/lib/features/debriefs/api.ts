import { api, ask, ifMatch } from '#lib/api/client.ts';
import type { Audience, Debrief, DraftWords } from '#lib/api/types.ts';
import { changed } from '#lib/state/queries.ts';
import type { Saved } from './autosave.svelte.ts';

export interface DebriefQuery {
  mine?: boolean;
  waiting_for_me?: boolean;
  state?: 'drafting' | 'shared';
  cursor?: string;
}

export const debriefsQuery = (query: DebriefQuery) => ({
  queryKey: ['debriefs', 'list', query],
  queryFn: () => ask(api.GET('/debriefs', { params: { query } })),
});

const about = (debrief: string) => ({ params: { path: { debrief } } });

export const debriefQuery = (debrief: string) => ({
  queryKey: ['debriefs', debrief],
  queryFn: () => ask(api.GET('/debriefs/{debrief}', about(debrief))),
});

/** A route that the API's description leaves open, since its 409 carries the newer draft. */
export async function saveDraft(debrief: string, words: DraftWords, revision: number, leaving: boolean) {
  const body = { ...words, revision };
  const saved: unknown = await ask(
    api.PUT('/debriefs/{debrief}/draft', { ...about(debrief), body, keepalive: leaving }),
  );
  return saved as Saved;
}

export async function discardDraft(debrief: string) {
  await ask(api.DELETE('/debriefs/{debrief}/draft', about(debrief)));
  await changed('debriefs', 'failures', 'home');
}

export async function shareDebrief(debrief: string, revision: number) {
  const shared = await ask(api.POST('/debriefs/{debrief}/share', { ...about(debrief), body: { revision } }));
  await changed('debriefs', 'failures', 'lessons', 'commitments', 'home');
  return shared;
}

export interface DebriefEdit {
  my_part?: string;
  outside?: string | null;
  needed?: string | null;
  serves?: string | null;
  audience?: Audience;
}

export async function editDebrief(debrief: Debrief, edit: DebriefEdit) {
  await ask(
    api.PATCH('/debriefs/{debrief}', { ...about(debrief.id), headers: ifMatch(debrief.version), body: edit }),
  );
  await changed('debriefs', 'lessons');
}
