import type { HandleClientError } from '@sveltejs/kit/hooks';
import { Problem } from '#lib/api/problem.ts';

/** A page that can't be loaded because nobody answers is not a page that broke. */
export const handleError: HandleClientError = ({ kind, error }) => {
  const problem = error instanceof Problem ? error : undefined;
  if (kind === 'unknown' && !problem) console.error(error);
  if (problem) return { status: problem.passing ? 503 : problem.status };
};
