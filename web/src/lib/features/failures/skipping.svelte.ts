// Skipping is one click. Why can be said afterwards, and Undo brings it back.
import { say } from '#lib/state/notices.svelte.ts';
import { explainThrown } from '#lib/ui/problems.ts';
import { skipFailure, unskipFailure } from './api.ts';
import { t } from './words.ts';

/** The failure whose reason is being asked for; WhySkipped shows the question. */
export const asked = $state<{ failure?: string }>({});

const complain = (thrown: unknown) => void say(explainThrown(thrown), { tone: 'error' });

export async function skip(failure: string, deal: string) {
  try {
    await skipFailure(failure, t('skip-default'));
    say(t('skipped-note', { deal }), {
      undo: () => unskipFailure(failure).catch(complain),
      more: { label: t('why-action'), perform: () => (asked.failure = failure) },
    });
    return true;
  } catch (thrown) {
    complain(thrown);
    return false;
  }
}

export async function giveReason(reason: string) {
  const { failure } = asked;
  asked.failure = undefined;
  if (!failure) return;
  await skipFailure(failure, reason).then(() => say(t('why-thanks')), complain);
}
