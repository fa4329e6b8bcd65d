-- Imports whose rows came in before there was a journal can't be undone: undoing them would say that it is done and take
-- nothing away. Those that were under way during the upgrade have only half a journal, so the same holds for them.
update import set undo_forgotten_at = coalesce(finished_at, touched_at)
    where undo_forgotten_at is null
    and exists (select 1 from import_file
        where import_file.org_id = import.org_id and import_file.import_id = import.id and import_file.rows_done > 0)
    and not exists (select 1 from import_journal
        where import_journal.org_id = import.org_id and import_journal.import_id = import.id);
