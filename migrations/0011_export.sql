-- Exports of an organisation that were asked for in the page: the file lies in the data directory until it expires.
create table organisation_export (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    requested_by bigint,                   -- person
    state text not null,                   -- waiting | done | failed
    bytes bigint,
    error text,
    created_at bigint not null,
    expires_at bigint not null,
    primary key (org_id, id)
);
