-- Full text of lessons. rowid is the lesson's id; org_id is kept to stay within the organisation.
create virtual table lesson_text using fts5 (title, body, serves, context, org_id unindexed, tokenize = 'porter unicode61 remove_diacritics 2');
