// The six answers to "What did it come down to?", chosen by keys 1 to 6. They are kept as the words they are.
import type { FailureKind } from '#lib/api/types.ts';
import { t } from './words.ts';

const lost = ['lost-1', 'lost-2', 'lost-3', 'lost-4', 'lost-5', 'lost-6'] as const;
const won = ['won-1', 'won-2', 'won-3', 'won-4', 'won-5', 'won-6'] as const;
const missed = ['missed-1', 'missed-2', 'missed-3', 'missed-4', 'missed-5', 'missed-6'] as const;
const left = ['left-1', 'left-2', 'left-3', 'left-4', 'left-5', 'left-6'] as const;
const service = ['service-1', 'service-2', 'service-3', 'service-4', 'service-5', 'service-6'] as const;
const reasons = {
  lost_deal: lost,
  pushed_deal: lost,
  sampled_win: won,
  missed_target: missed,
  churned_customer: left,
  service_failure: service,
} as const;

/** A reason from elsewhere (an import, another language) is offered too, so that it can be kept. */
export function reasonsFor(kind: FailureKind, present?: string) {
  const known: string[] = reasons[kind].map((key) => t(key));
  return present && !known.includes(present) ? [...known, present] : known;
}
