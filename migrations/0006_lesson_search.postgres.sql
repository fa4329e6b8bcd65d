-- Full text of lessons. The program itself divides texts into words, folds and stems them (features/lessons/
-- words.hpp), so that both databases index the same words. A stem stands as 's…', the word as it was written as
-- 'w…' at the same place; those of the title have weight A.
create table lesson_text (
    org_id bigint not null,
    lesson_id bigint not null,
    words tsvector not null,
    primary key (org_id, lesson_id),
    foreign key (org_id, lesson_id) references lesson (org_id, id) on delete cascade
);
create index lesson_text_words on lesson_text using gin (words);
