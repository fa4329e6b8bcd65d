-- What an import did to rows, so that it can be undone: see src/features/imports/undo_journal.hpp.
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
