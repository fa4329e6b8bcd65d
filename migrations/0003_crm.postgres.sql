-- Keys and outcomes are compared, never shown in order: by their bytes, as SQLite does, which PostgreSQL also sorts
-- several times faster than by a language's rules.
alter table deal
    alter column source type text collate "C",
    alter column external_key type text collate "C",
    alter column outcome type text collate "C";
