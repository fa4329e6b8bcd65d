-- Full text of lessons. The program itself divides texts into words, folds and stems them (features/lessons/
-- words.hpp), so that both databases index the same words: here they only lie, divided by blanks. rowid is the
-- lesson's id; org_id is kept to stay within the organisation.
create virtual table lesson_text using fts5 (title_stems, title_words, stems, words, org_id unindexed, tokenize = 'ascii', prefix = '2 3');
