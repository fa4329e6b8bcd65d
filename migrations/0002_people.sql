-- People, teams and how they sign in. A person may exist from the CRM before they ever sign in.

create table team (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    name text not null,
    name_key text not null,                -- folded for comparison
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id),
    unique (org_id, name_key)
);

create table person (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    name text not null,
    name_key text not null,                -- folded for comparison; imports join by it where there is no id
    email text,
    title text,
    team_id bigint,
    manager_id bigint,
    source text,                           -- the CRM that external_key belongs to; null: made here
    external_key text,
    is_active boolean not null,
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id),
    foreign key (org_id, team_id) references team (org_id, id),
    foreign key (org_id, manager_id) references person (org_id, id)
);
create unique index person_external on person (org_id, source, external_key) where external_key is not null;
create unique index person_email on person (org_id, email) where email is not null;
create index person_name on person (org_id, name_key);
create index person_manager on person (org_id, manager_id);
create index person_team on person (org_id, team_id);

create table person_role (
    org_id bigint not null,
    person_id bigint not null,
    role text not null,                    -- administrator | leader | manager | rep | operations | observer
    primary key (org_id, person_id, role),
    foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);

-- Which organisation an e-mail address signs in to. The only table that is looked up before the organisation
-- is known.
create table sign_in_name (
    email text not null primary key,       -- folded to lower case
    org_id bigint not null references organisation (org_id) on delete cascade,
    person_id bigint not null,
    foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);

create table credential (
    org_id bigint not null,
    person_id bigint not null,
    password text not null,                -- parameters, salt and verifier; see features/identity/README.md
    chosen_by text not null,               -- person | link: who holds a link isn't sure to be the person
    changed_at bigint not null,
    primary key (org_id, person_id),
    foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);

-- The key that opens a person's drafts, wrapped by their password and by their recovery code. A password that
-- somebody else reset can't open it: it is sealed until the code is entered.
create table draft_key (
    org_id bigint not null,
    id bigint not null,
    person_id bigint not null,
    password_wrap text,                    -- null once sealed
    recovery_wrap text not null,
    created_at bigint not null,
    sealed_at bigint,                      -- since when only the recovery code opens it
    opened_at bigint,                      -- when that was entered, and what it sealed was sealed anew
    primary key (org_id, id),
    foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);
create index draft_key_person on draft_key (org_id, person_id);

create table session (
    org_id bigint not null,
    id bigint not null,
    person_id bigint not null,
    token_hash text not null,
    draft_key_id bigint not null,
    draft_key_wrap text not null,          -- the draft key, wrapped by the token that only the cookie holds
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null,
    device text,                           -- "Firefox on Linux", for the list of one's own sessions
    entered_by text not null,              -- password | link
    primary key (org_id, id),
    unique (org_id, token_hash),
    foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);
create index session_person on session (org_id, person_id);

-- Devices that a person has signed in from: each has its own budget of failed sign-ins, so that somebody
-- else's failures never keep the owner out.
create table known_device (
    org_id bigint not null,
    id bigint not null,
    person_id bigint not null,
    token_hash text not null,              -- of the device's cookie
    created_at bigint not null,
    last_used_at bigint not null,
    primary key (org_id, id),
    unique (org_id, token_hash),
    foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);
create index known_device_person on known_device (org_id, person_id, last_used_at);

create table invitation (
    org_id bigint not null,
    id bigint not null,
    person_id bigint not null,
    kind text not null,                    -- invitation | reset_by_mail | reset_by_administrator
    token_hash text not null,
    created_by bigint,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    primary key (org_id, id),
    unique (org_id, token_hash),
    foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);

-- What a person is told at their next sign-in, and in the page.
create table notice (
    org_id bigint not null,
    id bigint not null,
    person_id bigint not null,
    kind text not null,                    -- password_reset_by_administrator, shared_debrief_read, …
    detail text not null,                  -- JSON
    created_at bigint not null,
    seen_at bigint,
    primary key (org_id, id),
    foreign key (org_id, person_id) references person (org_id, id) on delete cascade
);
create index notice_person on notice (org_id, person_id, created_at);

-- Failed sign-ins by account, address and known device; see features/identity/README.md.
create table sign_in_throttle (
    key text not null primary key,         -- a keyed hash: no address and no account in the clear
    failures double precision not null,    -- decays with time
    updated_at bigint not null
);
create index sign_in_throttle_age on sign_in_throttle (updated_at);

-- Random keys of an organisation's, or of the whole installation's (org_id 0): for keyed hashes, never for
-- anything whose secrecy must outlive a copy of the database.
create table server_secret (
    org_id bigint not null,
    name text not null,
    secret text not null,
    primary key (org_id, name)
);

-- The one-time token that lets the first administrator in; org_id is 0, the organisation that is still to come.
create table setup_token (
    org_id bigint not null,
    token_hash text not null,
    created_at bigint not null,
    primary key (org_id)
);
