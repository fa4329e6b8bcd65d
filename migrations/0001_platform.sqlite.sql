-- Audit lines are never changed, and go only with their organisation.
create trigger audit_entry_update before update on audit_entry
begin
    select raise(abort, 'audit lines are never changed');
end;
create trigger audit_entry_delete before delete on audit_entry
when exists (select 1 from organisation where organisation.org_id = old.org_id)
begin
    select raise(abort, 'audit lines are never deleted');
end;
