-- Imports: what came in, by whom, with which mapping, and what was refused.

create table import (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    started_by bigint,                     -- person; null: the command line
    state text not null,                   -- uploaded | previewing | previewed | question | running | done | failed | cancelled
    as_of date not null,                   -- the day that the files speak of
    job_id bigint,                         -- null: runs in the command line, or isn't running
    counts text,                           -- JSON: kinds -> created, changed, unchanged, refused
    progress text,                         -- JSON: phase, rows, rows per second, seconds left
    error text,
    created_at bigint not null,
    touched_at bigint not null,            -- the last sign of life
    finished_at bigint,
    version bigint not null,
    primary key (org_id, id)
);

create table import_file (
    org_id bigint not null,
    import_id bigint not null,
    position int not null,
    name text not null,                    -- as the person's computer calls it
    path text,                             -- where it lies while it is needed
    bytes bigint not null,                 -- in all
    received bigint not null,              -- so far
    plan text,                             -- JSON: what was found out about it (FilePlan); null: not looked at yet
    mapping text,                          -- TOML: what a person said; null: nothing
    answers text not null,                 -- JSON: to its questions
    rows_done bigint not null,             -- where a killed import goes on
    is_done boolean not null,
    counts text,                           -- JSON, of its rows so far
    refused_bytes bigint not null,         -- how much of the file of refused rows is valid
    primary key (org_id, import_id, position),
    foreign key (org_id, import_id) references import (org_id, id) on delete cascade
);

-- The first refusals of an import; all of them are in its file of refused rows.
create table import_refusal (
    org_id bigint not null,
    import_id bigint not null,
    position int not null,                 -- of the file
    line bigint not null,
    ordinal int not null,                  -- of the refusals of this line
    column_name text,
    value text,
    rule text not null,
    reason text not null,
    primary key (org_id, import_id, position, line, ordinal),
    foreign key (org_id, import_id) references import (org_id, id) on delete cascade
);

-- The days of which an import brought (nearly) all deals of a source: between two of them a deal that didn't
-- change was there all the same, which its row doesn't say.
create table snapshot (
    org_id bigint not null references organisation (org_id) on delete cascade,
    source text not null,
    as_of date not null,
    import_id bigint not null,             -- the last one of that day
    deals bigint not null,                 -- how many it brought
    next_id bigint not null,               -- deals with a smaller id were there by then
    primary key (org_id, source, as_of)
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

-- Indexes of `deal` that a large first import has put off until its rows are in: see
-- src/features/imports/apply_indexes.hpp. org_id is 0, since an index is everybody's.
create table deferred_index (
    org_id bigint not null,
    name text not null,
    definition text not null,              -- the SQL that builds it
    import_id bigint not null,             -- that builds it when it is done
    primary key (org_id, name)
);
