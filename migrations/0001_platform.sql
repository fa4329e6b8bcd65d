-- Organisations, durable work and what the HTTP layer remembers.
-- Every primary, unique and foreign key begins with org_id: tenants stay apart and partitions stay possible.
-- Moments are bigint microseconds of UTC; calendar dates are dates; JSON is text.

create table organisation (
    org_id bigint not null primary key,
    name text not null,
    time_zone text not null,
    currency text not null,                -- ISO 4217; of amounts that come without one
    deal_visibility text not null,         -- team | everyone: which deals a rep may read
    is_demonstration boolean not null,
    created_at bigint not null,
    version bigint not null
);

create table job (
    org_id bigint not null,
    id bigint not null,
    kind text not null,
    input text not null,
    state text not null,                   -- waiting | running | done | failed | cancelled
    attempts int not null,
    max_attempts int not null,
    run_at bigint not null,
    lease_until bigint,
    lease_owner text,
    progress text,
    error text,
    created_at bigint not null,
    finished_at bigint,
    primary key (org_id, id)
);
create index job_due on job (state, run_at);

create table idempotency_key (
    org_id bigint not null,
    person_id bigint not null,
    key text not null,
    request_hash text not null,
    status int,                            -- null while the first request is still running
    headers text,
    body text,
    created_at bigint not null,
    primary key (org_id, person_id, key)
);

-- The audit log: append-only (0001_platform.sqlite.sql and .postgres.sql refuse the rest), hash-chained for each
-- organisation. People stand in it by a pseudonym whose row in audit_pseudonym can be deleted; a reason that
-- somebody typed stands beside it in audit_reason and can be deleted too. The chain stays whole.
create table audit_pseudonym (
    org_id bigint not null,
    person_id bigint not null,
    pseudonym text not null,
    primary key (org_id, person_id),
    unique (org_id, pseudonym)
);
create table audit_entry (
    org_id bigint not null,
    sequence bigint not null,
    at bigint not null,
    actor text,                            -- pseudonym; null: the program itself
    action text not null,
    object_kind text not null,
    object_id bigint,
    subject text,                          -- pseudonym of the person it concerns
    reason_digest text,                    -- of the salt and the text in audit_reason
    detail text,                           -- JSON without personal text
    previous_hash text not null,
    hash text not null,
    primary key (org_id, sequence)
);
create index audit_entry_subject on audit_entry (org_id, subject, sequence);
create index audit_entry_object on audit_entry (org_id, object_kind, object_id, sequence);
create table audit_reason (
    org_id bigint not null,
    sequence bigint not null,
    salt text not null,
    reason text not null,
    primary key (org_id, sequence)
);
-- The end of each chain: whoever appends holds this row, so that a chain never forks.
create table audit_head (
    org_id bigint not null,
    sequence bigint not null,
    hash text not null,
    primary key (org_id)
);
