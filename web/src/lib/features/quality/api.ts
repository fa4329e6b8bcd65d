import { api, apiUrl, ask } from '#lib/api/client.ts';
import type { FindingKind, QualityReport } from '#lib/api/types.ts';
import { changed, queries } from '#lib/state/queries.ts';

export interface FindingsQuery {
  kind?: FindingKind;
  set_aside?: boolean;
  team?: string;
  cursor?: string;
}

export const reportQuery = () => ({
  queryKey: ['quality', 'report'],
  queryFn: () => ask(api.GET('/data-quality')),
  // An event tells of its end; this is for pages that missed it.
  refetchInterval: (query: { state: { data?: QualityReport } }) =>
    query.state.data?.is_looking ? 2_000 : false,
});

export const findingsQuery = (query: FindingsQuery) => ({
  queryKey: ['quality', 'findings', query],
  queryFn: () => ask(api.GET('/data-quality/findings', { params: { query } })),
});

export async function lookAgain() {
  queries.setQueryData(['quality', 'report'], await ask(api.POST('/data-quality/look')));
}

const about = (finding: string) => ({ params: { path: { finding } } });

export async function setAside(finding: string, because: string) {
  await ask(api.POST('/data-quality/findings/{finding}/set-aside', { ...about(finding), body: { because } }));
  await changed('quality');
}

export async function bringBack(finding: string) {
  await ask(api.POST('/data-quality/findings/{finding}/bring-back', about(finding)));
  await changed('quality');
}

export function tableUrl({ kind, set_aside, team }: FindingsQuery) {
  const query = new URLSearchParams();
  if (kind) query.set('kind', kind);
  if (set_aside) query.set('set_aside', 'true');
  if (team) query.set('team', team);
  return apiUrl(`/data-quality/findings.csv?${query}`);
}
