import { api, ask, once } from '#lib/api/client.ts';
import type { FailureState } from '#lib/api/types.ts';
import { changed } from '#lib/state/queries.ts';

export interface FailureQuery {
  state?: FailureState;
  mine?: boolean;
  cursor?: string;
}

export const failuresQuery = (query: FailureQuery) => ({
  queryKey: ['failures', query],
  queryFn: () => ask(api.GET('/failures', { params: { query } })),
});

const about = (failure: string) => ({ params: { path: { failure } } });

/** The debrief of one's own failure: made, or found where it was begun before. */
export async function startDebrief(failure: string) {
  const debrief = await ask(api.POST('/failures/{failure}/debrief', { ...about(failure), headers: once() }));
  void changed('failures', 'home', 'debriefs');
  return debrief;
}

export async function skipFailure(failure: string, reason: string) {
  await ask(api.POST('/failures/{failure}/skip', { ...about(failure), body: { reason } }));
  await changed('failures', 'home', 'deals');
}

export async function unskipFailure(failure: string) {
  await ask(api.POST('/failures/{failure}/unskip', about(failure)));
  await changed('failures', 'home', 'deals');
}
