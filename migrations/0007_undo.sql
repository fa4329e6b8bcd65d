-- Undoing imports, and deals that are gone from the CRM.

-- What an import did to rows: see src/features/imports/undo_journal.hpp.
create table import_journal (
    org_id bigint not null,
    sequence bigint not null,              -- in the order in which rows were written
    import_id bigint not null,
    position int not null,                 -- of the file
    kind text not null,                    -- of the rows
    first_id bigint not null,              -- the least and the greatest id in it
    last_id bigint not null,
    entries text not null,
    primary key (org_id, sequence),
    foreign key (org_id, import_id) references import (org_id, id) on delete cascade
);
create index import_journal_import on import_journal (org_id, import_id, sequence);

alter table import add column undone text; -- JSON: what undoing it has done

-- Which deals of a source an import's files hold: those that it doesn't bring may be gone from the CRM.
alter table import add column covers text not null default 'some'; -- some | open | all
alter table import add column missing text; -- JSON, by the preview: how many deals it doesn't bring
alter table deal add column gone_on date; -- the day of files that held all deals but this one

-- Each import notes its own snapshots, so that those of an import that is undone go with it.
create table import_snapshot (
    org_id bigint not null references organisation (org_id) on delete cascade,
    source text not null,
    as_of date not null,
    import_id bigint not null,
    deals bigint not null,                 -- how many it brought
    next_id bigint not null,               -- deals with a smaller id were there by then
    primary key (org_id, source, as_of, import_id)
);
insert into import_snapshot (org_id, source, as_of, import_id, deals, next_id)
    select org_id, source, as_of, import_id, deals, next_id from snapshot;
drop table snapshot;
