-- How long things are kept; null: for ever. An organisation without a row has the defaults of people::Retention.
create table retention (
    org_id bigint not null references organisation (org_id) on delete cascade,
    import_undo_days int,                  -- how long an import can be undone
    import_files_days int,                 -- uploads, and files of refused rows
    jobs_days int,                         -- jobs that ended
    sessions_days int,                     -- sessions that ended
    notices_days int,                      -- notices that were seen
    activities_years int,                  -- of deals that are closed
    failures_years int,                    -- nobody has debriefed
    version bigint not null,
    primary key (org_id)
);

-- Since when what undoing it takes isn't kept any more.
alter table import add column undo_forgotten_at bigint;
