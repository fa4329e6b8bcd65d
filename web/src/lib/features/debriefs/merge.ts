// A draft that was written in two windows: what can be put together is, and what can't stands side by side.
import type { DraftWords } from '#lib/api/types.ts';

export type Field = keyof DraftWords;
export interface Conflict {
  field: Field;
  here: string;
  there: string;
}

export const fields: readonly Field[] = [
  'reason',
  'my_part',
  'lesson_title',
  'lesson',
  'existing_lesson_id',
  'serves',
  'act',
  'due_on',
  'outside',
  'needed',
  'audience',
];
/** Those where both versions can follow one another. */
export const texts: readonly Field[] = ['my_part', 'lesson', 'serves', 'act', 'outside', 'needed'];

const value = (words: DraftWords, field: Field) => words[field] ?? '';
export const same = (a: DraftWords, b: DraftWords) =>
  fields.every((field) => value(a, field) === value(b, field));

/** Without the fields that are empty: a draft is sent whole, and what isn't there is empty. */
export const filled = (words: DraftWords): DraftWords =>
  Object.fromEntries(fields.filter((field) => value(words, field)).map((field) => [field, words[field]]));

/** What `here` and `there` made of `base`. Of a field that both changed, `here` stands until somebody chose. */
export function merge(base: DraftWords, here: DraftWords, there: DraftWords) {
  const conflicts: Conflict[] = [];
  const merged: Record<string, string> = {};
  for (const field of fields) {
    const [was, mine, theirs] = [value(base, field), value(here, field), value(there, field)];
    merged[field] = mine === was ? theirs : mine;
    if (mine !== was && theirs !== was && mine !== theirs)
      conflicts.push({ field, here: mine, there: theirs });
  }
  return { merged: filled(merged as DraftWords), conflicts };
}
