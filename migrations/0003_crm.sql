-- What comes from the CRM. A row's external_key is the CRM's own id within `source`, or, where a table has
-- none, a fingerprint and an occurrence. content_hash tells whether an import changes anything.

create table company (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    source text not null,
    external_key text not null,
    name text not null,
    name_key text not null,
    industry text,
    country text,
    region text,
    segment text,
    employees bigint,
    parent_name text,
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
    content_hash bigint not null,
    import_id bigint,
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id)
);
create unique index deal_external on deal (org_id, source, external_key);
create index deal_owner on deal (org_id, owner_id, id);
create index deal_company on deal (org_id, company_id);

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
    import_id bigint,                      -- the import that replaced it
    sequence bigint not null,              -- order within a deal
    primary key (org_id, deal_id, sequence)
);

create table stage_change (
    org_id bigint not null,
    id bigint not null,
    deal_id bigint not null,
    from_stage text,
    to_stage text not null,
    changed_on date not null,
    amount_minor bigint,
    expected_close_on date,
    source text not null,                  -- observed (between two imports) | the CRM's history
    external_key text not null,
    import_id bigint,
    primary key (org_id, id)
);
create unique index stage_change_external on stage_change (org_id, deal_id, external_key);

create table activity (
    org_id bigint not null,
    id bigint not null,
    source text not null,
    external_key text not null,
    deal_id bigint,
    company_id bigint,
    person_id bigint,
    kind text not null,                    -- call, meeting, email, task, note
    subject text,
    happened_on date,
    is_done boolean not null,
    content_hash bigint not null,
    import_id bigint,
    created_at bigint not null,
    primary key (org_id, id)
);
create unique index activity_external on activity (org_id, source, external_key);
create index activity_deal on activity (org_id, deal_id, happened_on);
