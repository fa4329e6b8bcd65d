// A form's state: busy while it is sent, and what is wrong beside the field it concerns, whether the browser
// found it (required, type=email) or the server did.
import { tick } from 'svelte';
import { Problem } from '#lib/api/problem.ts';
import { explain } from './problems.ts';
import { t } from './words.ts';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const isControl = (element: Element): element is Control =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLSelectElement ||
  element instanceof HTMLTextAreaElement;

/** The browser's own checks, in our words. */
function complaint(control: Control) {
  const { validity } = control;
  if (validity.valid) return undefined;
  if (validity.valueMissing) return t('field-required');
  if (validity.typeMismatch) return t('field-email');
  if (validity.tooShort && 'minLength' in control) return t('field-short', { count: control.minLength });
  if (validity.badInput) return control.type === 'date' ? t('field-date') : t('field-number');
  if (validity.rangeUnderflow && 'min' in control) return t('field-low', { least: control.min });
  if (validity.rangeOverflow && 'max' in control) return t('field-high', { most: control.max });
  return control.validationMessage;
}

export class FormState {
  busy = $state(false);
  /** By the field's name. */
  errors = $state<Record<string, string>>({});
  /** What concerns the whole form. */
  message = $state('');

  /** `onsubmit={(event) => form.submit(event, async () => …)}`; true when it was sent. */
  async submit(event: SubmitEvent, send: () => Promise<unknown>) {
    event.preventDefault();
    const element = event.currentTarget as HTMLFormElement;
    if (this.busy) return false;
    this.errors = {};
    this.message = '';
    for (const control of element.elements) {
      if (!isControl(control) || !control.name) continue;
      const found = complaint(control);
      if (found) this.errors[control.name] ??= found;
    }
    const found = Object.keys(this.errors).length;
    if (found) {
      this.message = t('check-fields', { count: found });
      await this.#focusFirst(element);
      return false;
    }
    this.busy = true;
    try {
      await send();
      return true;
    } catch (thrown) {
      this.#take(Problem.of(thrown), element);
      await this.#focusFirst(element);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #take(problem: Problem, element: HTMLFormElement) {
    const shown = new Set([...element.elements].filter(isControl).map((control) => control.name));
    const elsewhere: string[] = [];
    for (const { field, message } of problem.fields)
      if (shown.has(field)) this.errors[field] ??= message;
      else elsewhere.push(message);
    const beside = Object.keys(this.errors).length;
    if (elsewhere.length) this.message = elsewhere.join(' ');
    else this.message = beside ? t('check-fields', { count: beside }) : explain(problem);
  }

  async #focusFirst(element: HTMLFormElement) {
    await tick();
    const first = [...element.elements].find((control) => isControl(control) && this.errors[control.name]);
    (first as HTMLElement | undefined)?.focus();
  }
}
