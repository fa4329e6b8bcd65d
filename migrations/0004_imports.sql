-- Imports: what came in, by whom, with which mapping, and what was refused.

create table import (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    started_by bigint,                     -- person; null: the command line
    state text not null,                   -- uploaded | previewing | previewed | question | running | done | failed | cancelled
    as_of date not null,
    job_id bigint,
    plan text,                             -- JSON: files, kinds, mappings, questions
    counts text,                           -- JSON: kinds → created, changed, unchanged, refused
    progress text,                         -- JSON: rows, rows per second, seconds left
    error text,
    created_at bigint not null,
    finished_at bigint,
    version bigint not null,
    primary key (org_id, id)
);

create table import_file (
    org_id bigint not null,
    import_id bigint not null,
    position int not null,
    name text not null,                    -- as the person's computer calls it
    stored_as text,                        -- in the data directory while it is needed
    bytes bigint not null,
    content_hash text not null,
    rows_done bigint not null,             -- where a killed import goes on
    primary key (org_id, import_id, position),
    foreign key (org_id, import_id) references import (org_id, id) on delete cascade
);

create table import_refusal (
    org_id bigint not null,
    import_id bigint not null,
    position int not null,                 -- of the file
    line bigint not null,
    ordinal int not null,
    column_name text,
    value text,
    rule text not null,
    reason text not null,
    row text,                              -- the row as it stood, to mend and import again
    primary key (org_id, import_id, position, line, ordinal),
    foreign key (org_id, import_id) references import (org_id, id) on delete cascade
);

-- A remembered mapping, found again by the header it was made for.
create table mapping (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    name text not null,
    header_key text not null,              -- hash of the folded header
    toml text not null,
    created_by bigint,
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id),
    unique (org_id, header_key)
);
