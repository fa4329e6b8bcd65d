// A Problem in words for people: the server's own sentence where it has one.
import { Problem } from '#lib/api/problem.ts';
import { t } from './words.ts';

export function explain(problem: Problem) {
  if (problem.offline) return t('problem-offline');
  if (problem.status === 503 || problem.status === 429) return problem.body.detail ?? t('problem-busy');
  if (problem.status >= 500) return t('problem-server', { id: problem.body.request_id ?? '–' });
  if (problem.status === 404) return t('problem-gone');
  if (problem.status === 412) return t('problem-newer');
  return problem.body.detail ?? (problem.status === 403 ? t('problem-forbidden') : t('problem-other'));
}

/** For a thrown value that may be anything: a bug is not ours to explain away. */
export const explainThrown = (thrown: unknown) => explain(Problem.of(thrown));
