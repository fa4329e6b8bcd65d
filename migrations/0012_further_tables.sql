-- What failures come from beside deals, and what gives ids of the CRM their names. Like activities (0003) these rows
-- are known by their source and key.

create table target (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    source text not null,
    external_key text not null,
    person_id bigint,                      -- whose; or else the team's
    team text,                             -- by its name, which a file of people may bring later
    team_key text,                         -- folded for comparison with team.name_key
    period text not null,                  -- as people call it: "Q3 2026"
    starts_on date not null,
    ends_on date not null,                 -- the period's last day
    amount_minor bigint not null,
    currency text not null,
    measure text,                          -- null: the value of won deals
    as_of date not null,
    content_hash bigint not null,
    import_id bigint,
    primary key (org_id, id)
);
create unique index target_external on target (org_id, source, external_key);
create index target_person on target (org_id, person_id);

create table churn (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    source text not null,
    external_key text not null,
    company_id bigint not null,
    owner_id bigint,                       -- who looked after the customer, where the file says so
    happened_on date not null,
    amount_minor bigint,
    currency text,
    stated_reason text,
    as_of date not null,
    content_hash bigint not null,
    import_id bigint,
    primary key (org_id, id)
);
create unique index churn_external on churn (org_id, source, external_key);
create index churn_company on churn (org_id, company_id, happened_on);

create table service_failure (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    source text not null,
    external_key text not null,
    company_id bigint not null,
    owner_id bigint,
    happened_on date not null,
    what text not null,
    stated_reason text,
    as_of date not null,
    content_hash bigint not null,
    import_id bigint,
    primary key (org_id, id)
);
create unique index service_failure_external on service_failure (org_id, source, external_key);
create index service_failure_company on service_failure (org_id, company_id, happened_on);

-- All who compete for a deal; deal.competitor is the one that the deal's own row names.
create table competitor (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    source text not null,
    external_key text not null,
    deal_id bigint,
    waits_for_deal text,                   -- the key of a deal of this source that hasn't come yet
    name text not null,
    strengths text,
    weaknesses text,
    as_of date not null,
    content_hash bigint not null,
    import_id bigint,
    primary key (org_id, id)
);
create unique index competitor_external on competitor (org_id, source, external_key);
create index competitor_deal on competitor (org_id, deal_id);
create index competitor_waiting on competitor (org_id, source, waits_for_deal) where waits_for_deal is not null;

-- What people call the stages and pipelines that rows of this source name by their ids. The ids stay in those rows, and
-- whoever reads them looks here: see docs/decisions/017-names-of-stages.md.
create table stage (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    source text not null,
    external_key text not null,            -- of pipeline and stage
    stage_key text not null,
    label text not null,
    pipeline_key text,
    pipeline text,
    probability double precision,          -- 0 to 1
    position bigint,
    as_of date not null,
    content_hash bigint not null,
    import_id bigint,
    primary key (org_id, id)
);
create unique index stage_external on stage (org_id, source, external_key);
create index stage_key on stage (org_id, source, stage_key);
create index stage_pipeline on stage (org_id, source, pipeline_key);

-- What a failure is about where it isn't a deal. The kind says whose id it is: missed_target a target's,
-- churned_customer a churn's, service_failure a service failure's.
alter table failure add column subject_id bigint;
-- churned_customer: the service failure that came before.
alter table failure add column after_id bigint;
create unique index failure_subject on failure (org_id, subject_id, kind) where subject_id is not null;

alter table failure_rule add column days int; -- churned_customer: how long after a service failure it follows from it
