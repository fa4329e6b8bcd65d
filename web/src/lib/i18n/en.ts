// The whole English catalogue, by place. The page never loads this: each place imports its own part. It is the
// type of a translation, and what tests read.
import commitments from './en/commitments.ts';
import common from './en/common.ts';
import deals from './en/deals.ts';
import debriefs from './en/debriefs.ts';
import entry from './en/entry.ts';
import failures from './en/failures.ts';
import home from './en/home.ts';
import imports from './en/imports.ts';
import lessons from './en/lessons.ts';
import people from './en/people.ts';
import quality from './en/quality.ts';
import settings from './en/settings.ts';
import shell from './en/shell.ts';

export const en = {
  commitments,
  common,
  deals,
  debriefs,
  entry,
  failures,
  home,
  imports,
  lessons,
  people,
  quality,
  settings,
  shell,
};
