-- What in the CRM's data asks to be mended. See src/features/quality/README.md.

-- One finding: a kind, and what it is about. A finding whose cause is gone is deleted; what was set aside stands
-- here until then.
create table quality_finding (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    kind text not null,
    subject_id bigint not null,            -- the deal, company or person; 0: `subject` says what
    other_id bigint not null,              -- of two that may be one the earlier; 0: there is none
    subject text not null,                 -- a stage, a currency, a key of a source; else empty
    number bigint,                         -- how many it concerns, or how alike two are, in percent
    found_at bigint not null,
    is_set_aside boolean not null,
    set_aside_because text,
    set_aside_by bigint,                   -- person; null: the command line
    set_aside_at bigint,
    version bigint not null,
    primary key (org_id, id)
);
create unique index quality_finding_what on quality_finding (org_id, kind, subject_id, other_id, subject);
create index quality_finding_list on quality_finding (org_id, is_set_aside, kind, id);
create index quality_finding_subject on quality_finding (org_id, subject_id);

-- Each time that all data were looked at; after an import with its id.
create table quality_look (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    import_id bigint,
    started_at bigint not null,
    finished_at bigint,
    primary key (org_id, id)
);
-- What had changed since the look before, by kind.
create table quality_change (
    org_id bigint not null,
    look_id bigint not null,
    kind text not null,
    found bigint not null,
    mended bigint not null,
    primary key (org_id, look_id, kind),
    foreign key (org_id, look_id) references quality_look (org_id, id) on delete cascade
);
