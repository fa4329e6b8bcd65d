// Single keys and pairs of keys, off while somebody types or a dialog is open.
import type { Action } from '#lib/state/actions.svelte.ts';

/** What a key press means: an action's key is met, begun ("g …"), or neither. Exported for its test. */
export function meets(actions: readonly Action[], before: string, key: string) {
  const pair = before ? `${before} ${key}` : key;
  const action = actions.find((candidate) => candidate.key === pair);
  const begun = !action && actions.some((candidate) => candidate.key?.startsWith(`${pair} `));
  return { action, begun: begun ? pair : '' };
}

function typing(target: EventTarget | null) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input:not([type=radio], [type=checkbox]), textarea, select, [role=menu]') !== null)
  );
}

const pairWithin = 1200;

/** Listens; `perform` is called with the action whose key was pressed. */
export function listenForKeys(
  actions: () => readonly Action[],
  on: () => boolean,
  perform: (action: Action) => void,
) {
  let before = '';
  let forget: ReturnType<typeof setTimeout>;

  function press(event: KeyboardEvent) {
    if (
      !on() ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.isComposing ||
      event.defaultPrevented
    )
      return;
    if (typing(event.target) || document.querySelector('dialog[open]')) return;
    const { action, begun } = meets(actions(), before, event.key);
    clearTimeout(forget);
    before = begun;
    if (begun) forget = setTimeout(() => (before = ''), pairWithin);
    if (!action) return;
    event.preventDefault();
    perform(action);
  }
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}
