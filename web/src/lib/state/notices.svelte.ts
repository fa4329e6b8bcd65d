// What the page says in passing: short notes at its edge (with an undo where it hurts), and words for those who
// hear the page instead of seeing it.

export interface Note {
  id: number;
  text: string;
  tone: 'calm' | 'error';
  undo?: () => void | Promise<void>;
  /** A second thing that one may want to do about it. */
  more?: { label: string; perform: () => void };
}

let last = 0;
export const notes = $state<Note[]>([]);

export function dismiss(id: number) {
  const at = notes.findIndex((note) => note.id === id);
  if (at >= 0) notes.splice(at, 1);
}

/** A note stays ten seconds, one with an undo twenty; see Notes.svelte, which stops the clock under a pointer. */
export function say(text: string, offers: Partial<Pick<Note, 'tone' | 'undo' | 'more'>> = {}) {
  const id = ++last;
  notes.push({ tone: 'calm', ...offers, id, text });
  if (notes.length > 3) notes.shift();
  return id;
}

export const spoken = $state({ text: '' });

/** For what is seen anyway: a page that opened, a list that was filtered. */
export function announce(text: string) {
  spoken.text = '';
  queueMicrotask(() => (spoken.text = text));
}
