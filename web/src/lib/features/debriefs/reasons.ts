// The six answers to "What did it come down to?", chosen by keys 1 to 6. They are kept as the words they are.
import type { FailureKind } from '#lib/api/types.ts';
import { t } from './words.ts';

const lost = ['lost-1', 'lost-2', 'lost-3', 'lost-4', 'lost-5', 'lost-6'] as const;
const won = ['won-1', 'won-2', 'won-3', 'won-4', 'won-5', 'won-6'] as const;

/** A reason from elsewhere (an import, another language) is offered too, so that it can be kept. */
export function reasonsFor(kind: FailureKind, present?: string) {
  const known = (kind === 'sampled_win' ? won : lost).map((key) => t(key));
  return present && !known.includes(present) ? [...known, present] : known;
}
