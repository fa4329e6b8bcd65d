import { api, ask, ifMatch, once } from '#lib/api/client.ts';
import type { Commitment, CommitmentState } from '#lib/api/types.ts';
import { changed } from '#lib/state/queries.ts';

export interface CommitmentQuery {
  mine?: boolean;
  state?: CommitmentState;
  cursor?: string;
}

export const commitmentsQuery = (query: CommitmentQuery) => ({
  queryKey: ['commitments', query],
  queryFn: () => ask(api.GET('/commitments', { params: { query } })),
});

export interface CommitmentChange {
  state?: CommitmentState;
  due_on?: string;
  act?: string;
  dropped_because?: string;
  done_on?: string;
}

export async function changeCommitment(commitment: Commitment, change: CommitmentChange) {
  const path = { commitment: commitment.id };
  const now = await ask(
    api.PATCH('/commitments/{commitment}', {
      params: { path },
      headers: ifMatch(commitment.version),
      body: change,
    }),
  );
  await changed('commitments', 'debriefs', 'home');
  return now;
}

export async function makeCommitment(wanted: { act: string; due_on: string; debrief_id?: string }) {
  const made = await ask(api.POST('/commitments', { body: wanted, headers: once() }));
  await changed('commitments', 'debriefs', 'home');
  return made;
}
