-- Audit lines are never changed, and go only with their organisation.
create function audit_entry_refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if not exists (select 1 from organisation where organisation.org_id = old.org_id) then
            return old;
        end if;
    end if;
    raise exception 'audit lines are never changed or deleted';
end
$$;
create trigger audit_entry_update before update or delete on audit_entry
    for each row execute function audit_entry_refuse();
create trigger audit_entry_truncate before truncate on audit_entry
    for each statement execute function audit_entry_refuse();
