-- People who were erased. Their row of `person` stays, called "Someone 3" and without anything of theirs, because deals,
-- debriefs and lessons name it. What an import would find them by is kept as salted hashes, so that the next export of the
-- CRM leads to the same "Someone" instead of bringing them back: see docs/operators/privacy.md.
create table erased_person (
    org_id bigint not null references organisation (org_id) on delete cascade,
    person_id bigint not null,
    number bigint not null,                -- the 3 of "Someone 3": counted in the order of erasure
    erased_at bigint not null,
    primary key (org_id, person_id),
    unique (org_id, number),
    foreign key (org_id, person_id) references person (org_id, id)
);
create table erased_name (
    org_id bigint not null,
    person_id bigint not null,
    kind text not null,                    -- key | email | name: what the hash was made of
    source text,                           -- of a key: the CRM that it belongs to
    hash text not null,
    primary key (org_id, person_id, kind, hash),
    foreign key (org_id, person_id) references erased_person (org_id, person_id) on delete cascade
);
create index erased_name_hash on erased_name (org_id, hash);
create table erasure_salt (
    org_id bigint not null references organisation (org_id) on delete cascade,
    salt text not null,
    primary key (org_id)
);
