-- Keys and outcomes are compared, never shown in order: by their bytes, as SQLite does, and not by the rules of whatever
-- language the server was set up with.
alter table deal
    alter column source type text collate "C",
    alter column external_key type text collate "C",
    alter column outcome type text collate "C";
