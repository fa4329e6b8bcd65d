// Keeps a draft saved while its author types. Words live in memory and on the server, never in the browser's
// storage. Whatever happens (no network, an ended session, a second window), they stay on the screen and are
// sent as soon as they can be.
import { Problem } from '#lib/api/problem.ts';
import type { Draft, DraftWords } from '#lib/api/types.ts';
import { filled, merge, same, texts, type Conflict, type Field } from './merge.ts';

export type SaveState = 'saved' | 'pending' | 'unreachable' | 'signed-out' | 'conflict' | 'refused';
export interface Saved {
  revision: number;
  saved_at: string;
}
export interface AutosaveOptions {
  /** What the server has; nothing where nothing was written yet. */
  draft?: Draft;
  save: (words: DraftWords, revision: number, leaving: boolean) => Promise<Saved>;
}

/** From the first unsaved key to the request: well below the two seconds that are promised. */
export const pause = 1_000;
const retries = [2_000, 4_000, 8_000, 15_000, 30_000];

export class Autosave {
  /** What is on the screen. Change it freely and call `changed()`. */
  words = $state<DraftWords>({});
  state = $state<SaveState>('saved');
  savedAt = $state<string>();
  /** Why it can't be saved, in the server's words. */
  refusal = $state('');
  /** Fields that were changed here and in another window. */
  conflicts = $state<Conflict[]>([]);
  /** Counts up when words from another window came in by themselves. */
  merges = $state(0);

  #base: DraftWords;
  #revision: number;
  readonly #save: AutosaveOptions['save'];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  #closed = false;

  constructor({ draft, save }: AutosaveOptions) {
    this.#save = save;
    this.#base = filled(draft ?? {});
    this.#revision = draft?.revision ?? 0;
    this.words = { ...this.#base };
    this.savedAt = draft?.saved_at;
  }

  get revision() {
    return this.#revision;
  }
  get dirty() {
    return !same(this.#base, this.words);
  }

  changed() {
    if (this.#closed || this.state === 'conflict') return;
    if (this.state !== 'unreachable' && this.state !== 'signed-out') this.state = 'pending';
    this.#later(pause);
  }

  /** Saves what isn't saved yet and waits for it. True: the server has every word. */
  async flush() {
    await this.#running;
    // Again where another window's words came in between.
    for (let times = 0; times < 3 && this.dirty && this.state !== 'conflict'; times++) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      await this.#send();
      if (this.state !== 'pending') break;
    }
    return !this.dirty && this.state === 'saved';
  }

  /** The page goes away: one last try that outlives it. */
  leave() {
    if (this.#closed || !this.dirty || this.state === 'conflict') return;
    clearTimeout(this.#timer);
    void this.#save(filled(this.words), this.#revision, true).then(
      (saved) => {
        this.#base = filled(this.words);
        this.#take(saved);
      },
      () => this.changed(),
    );
  }

  /** The network or the session is back. */
  retry() {
    if (this.state === 'unreachable' || this.state === 'signed-out') this.#later(0);
  }

  /** What the server says it has, unasked: another window saved. */
  receive(draft: Draft | undefined) {
    if (draft && draft.revision > this.#revision && !this.#running && this.state !== 'conflict')
      this.#meet(draft);
  }

  /** Nothing more is saved: it was shared, or thrown away. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Settles one field that both windows changed. */
  choose(field: Field, which: 'here' | 'there' | 'both') {
    const conflict = this.conflicts.find((each) => each.field === field);
    if (!conflict) return;
    const { here, there } = conflict;
    const chosen = which === 'here' ? here : which === 'there' ? there : `${here}\n\n${there}`;
    this.words = { ...this.words, [field]: chosen };
    this.conflicts = this.conflicts.filter((each) => each.field !== field);
    if (this.conflicts.length) return;
    this.state = 'pending';
    this.#later(0);
  }

  #later(wait: number) {
    if (this.#timer !== undefined && wait > 0) return; // one is coming already, and sooner
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, wait);
  }

  async #send() {
    if (this.#running) return this.#running;
    this.#running = this.#attempt().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #attempt() {
    // A save that was due when another window's words came in would settle the conflict by overwriting them.
    if (this.#closed || this.state === 'conflict') return;
    if (!this.dirty) {
      this.state = 'saved';
      return;
    }
    const sent = filled(this.words);
    try {
      const saved = await this.#save(sent, this.#revision, false);
      this.#base = sent;
      this.#take(saved);
    } catch (thrown) {
      this.#fail(Problem.of(thrown));
    }
  }

  #take(saved: Saved) {
    this.#failures = 0;
    this.#revision = saved.revision;
    this.savedAt = saved.saved_at;
    this.refusal = '';
    this.state = this.dirty ? 'pending' : 'saved';
    if (this.dirty) this.#later(pause);
  }

  #fail(problem: Problem) {
    const current = problem.body.current as Draft | undefined;
    if (problem.status === 409 && current) this.#meet(current);
    else if (problem.status === 401) this.state = 'signed-out';
    else if (problem.passing) {
      this.state = 'unreachable';
      const wait = problem.retryAfterSeconds ? problem.retryAfterSeconds * 1000 : retries[this.#failures];
      this.#failures = Math.min(this.#failures + 1, retries.length - 1);
      this.#timer = undefined;
      this.#later(wait ?? 30_000);
    } else {
      this.state = 'refused';
      this.refusal = problem.fields.map((field) => field.message).join(' ') || problem.message;
    }
  }

  /** Another window saved in between. */
  #meet(current: Draft) {
    const { merged, conflicts } = merge(this.#base, this.words, current);
    if (!same(merged, this.words)) this.merges += 1;
    this.#base = filled(current);
    this.#revision = current.revision;
    this.savedAt = current.saved_at;
    this.words = merged;
    this.conflicts = conflicts;
    this.state = conflicts.length ? 'conflict' : this.dirty ? 'pending' : 'saved';
    if (this.state === 'pending') this.#later(0);
  }
}

export const canKeepBoth = (field: Field) => texts.includes(field);
