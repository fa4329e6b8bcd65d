-- What comes from the CRM. A row's external_key is the CRM's own id within `source`, or, where a table has
-- none, a fingerprint and an occurrence. content_hash is that of the record an import last took in: the same
-- record again changes nothing, any other is compared field by field. import_id is the import that last changed
-- the row. See src/features/imports/README.md.

create table company (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    source text not null,
    external_key text not null,            -- "name:…" while a deal has only named it
    name text not null,
    name_key text not null,                -- crm::name_key: letters and digits, folded
    industry text,
    country text,
    region text,
    segment text,
    employees bigint,
    parent_name text,
    as_of date not null,                   -- the day of the file that last changed it
    content_hash bigint not null,
    import_id bigint,
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id)
);
create unique index company_external on company (org_id, source, external_key);
create index company_name on company (org_id, name_key);

create table product (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    name text not null,
    name_key text not null,
    family text,
    list_price_minor bigint,
    currency text,
    as_of date not null,
    content_hash bigint not null,
    import_id bigint,
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id)
);
create unique index product_name on product (org_id, name_key);

create table deal (
    org_id bigint not null,
    id bigint not null,
    source text not null,
    external_key text not null,
    name text not null,
    company_id bigint,
    owner_id bigint,
    product_id bigint,
    pipeline text,
    stage text not null,
    outcome text not null,                 -- open | won | lost
    amount_minor bigint,                   -- the last amount while open, as the CRM said it
    amount_at_close_minor bigint,          -- what the CRM says once closed (zero for a loss tells nothing)
    currency text not null,
    probability double precision,          -- 0 to 1, as claimed
    forecast_category text,
    kind text,                             -- new business, renewal …
    lead_source text,
    competitor text,
    segment text,
    region text,
    created_on date,
    expected_close_on date,
    closed_on date,
    stage_since date,
    last_activity_on date,
    next_step text,
    stated_reason text,                    -- why it ended, in the CRM's own word
    facts text,                            -- JSON: further columns that a mapping keeps
    pushes int not null,                   -- how often the expected close moved later across a month
    as_of date not null,                   -- since when the row reads like this
    read_on date,                          -- a later day on which a file of some of the deals said so again
    content_hash bigint not null,
    import_id bigint,
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id)
);
create unique index deal_external on deal (org_id, source, external_key);
-- The owner comes first: both are always asked for together, and a sort that begins with a column in which all rows are
-- alike compares everything twice.
create index deal_owner on deal (owner_id, org_id);
-- The lists of open and of ended deals by their day. Anything else that a list asks for is looked at on the way;
-- each further index would cost a large import as much as the table itself.
create index deal_end on deal (org_id, outcome, (coalesce(closed_on, expected_close_on, '9999-12-31')), id);

-- How a deal read before its last changes: together with `deal` a snapshot of any day since the first import.
create table deal_version (
    org_id bigint not null,
    deal_id bigint not null,
    as_of date not null,
    until date not null,                   -- the as_of of the version that followed
    stage text not null,
    outcome text not null,
    owner_id bigint,
    amount_minor bigint,
    expected_close_on date,
    closed_on date,
    probability double precision,
    forecast_category text,
    next_step text,
    stage_since date,
    import_id bigint,                      -- the import that brought this reading
    sequence bigint not null,              -- order within a deal: the day of as_of, counted from 1970
    primary key (org_id, deal_id, sequence)
);

-- Changes of stage: those that the CRM's history tells, and, with the source "observed", those that show between
-- two imports of a deal.
create table stage_change (
    org_id bigint not null,
    id bigint not null,
    source text not null,
    external_key text not null,
    deal_id bigint,
    waits_for_deal text,                   -- the key of a deal of this source that hasn't come yet
    from_stage text,
    to_stage text not null,
    changed_on date not null,
    amount_minor bigint,
    expected_close_on date,
    as_of date not null,
    content_hash bigint not null,
    import_id bigint,
    primary key (org_id, id)
);
create unique index stage_change_external on stage_change (org_id, source, external_key);
create index stage_change_deal on stage_change (org_id, deal_id, changed_on);
create index stage_change_waiting on stage_change (org_id, source, waits_for_deal) where waits_for_deal is not null;

create table activity (
    org_id bigint not null,
    id bigint not null,
    source text not null,
    external_key text not null,
    deal_id bigint,
    waits_for_deal text,                   -- as above, or "name:…" where the file joins by the deal's name
    company_id bigint,
    person_id bigint,
    kind text not null,                    -- call, meeting, email, task, note
    subject text,
    happened_on date,
    is_done boolean not null,
    as_of date not null,
    content_hash bigint not null,
    import_id bigint,
    created_at bigint not null,
    primary key (org_id, id)
);
create unique index activity_external on activity (org_id, source, external_key);
create index activity_deal on activity (org_id, deal_id, happened_on);
create index activity_waiting on activity (org_id, source, waits_for_deal) where waits_for_deal is not null;
