-- Full text of lessons, the same words that SQLite's index has.
create table lesson_text (
    org_id bigint not null,
    lesson_id bigint not null,
    words tsvector not null,
    primary key (org_id, lesson_id),
    foreign key (org_id, lesson_id) references lesson (org_id, id) on delete cascade
);
create index lesson_text_words on lesson_text using gin (words);
