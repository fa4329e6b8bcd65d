// What a failure is called: its deal's name, or what was missed, who left, what went wrong.
import type { FailureSummary } from '#lib/api/types.ts';
import { day, money, spokenDay } from '#lib/i18n/format.ts';
import { session } from '#lib/state/session.svelte.ts';
import { t } from './words.ts';

type Named = Pick<FailureSummary, 'kind' | 'deal' | 'target' | 'churn' | 'service_failure' | 'occurred_on'>;

/** "Harbor 34", "Target missed: Q3 2026, €180,000 of €240,000", "Quay Ltd left on 3 May", "Quay Ltd: no service". */
export function nameOf(failure: Named) {
  const { deal, target, churn, service_failure: service } = failure;
  if (deal) return deal.name;
  if (target)
    return t(target.team ? 'named-team-target' : 'named-target', {
      team: target.team ?? '',
      period: target.period,
      won: money(target.won),
      target: money(target.target),
    });
  if (churn)
    return t('named-churn', {
      company: churn.company.name,
      day: day(failure.occurred_on),
    });
  if (service) return t('named-service', { company: service.company.name, what: service.what });
  return t(`what-${failure.kind}`, { day: spokenDay(failure.occurred_on, session.today) });
}

/** When it happened, where its name doesn't say so. */
export const whenOf = (failure: Named) =>
  t(`what-${failure.kind}`, { day: spokenDay(failure.occurred_on, session.today) });

/** What else is known in a line or two: the customer, what was lost, what came before. */
export function detailsOf({ deal, target, churn, service_failure: service }: Named) {
  const details: (string | undefined)[] = [];
  if (deal) details.push(deal.company?.name, deal.value && money(deal.value));
  if (target?.not_counted) details.push(t('target-not-counted', { count: target.not_counted }));
  if (churn) {
    details.push(churn.lost && money(churn.lost), churn.stated_reason);
    if (churn.after)
      details.push(
        t('churn-after', {
          what: churn.after.what,
          day: spokenDay(churn.after.happened_on, session.today),
        }),
      );
  }
  if (service) details.push(service.stated_reason);
  return details.filter((detail) => detail !== undefined);
}
