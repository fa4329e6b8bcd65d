-- From facts to failures, by rules; from failures to debriefs, lessons and commitments.

create table failure_rule (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    kind text not null,                    -- lost_deal | pushed_deal | sampled_win
    is_enabled boolean not null,
    starts_on date not null,               -- nothing that happened before asks anybody
    threshold_minor bigint,                -- lost_deal, pushed_deal: the least value, in the organisation's currency
    pushes int,                            -- pushed_deal: from how many
    share double precision,                -- sampled_win: 0 to 1
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id)
);

create table failure (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    kind text not null,                    -- lost_deal | pushed_deal | sampled_win
    deal_id bigint,
    owner_id bigint,                       -- whose it is; null until the CRM names somebody
    rule_id bigint,
    occurred_on date not null,
    state text not null,                   -- waiting | drafting | shared | skipped
    skip_reason text,
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id),
    foreign key (org_id, deal_id) references deal (org_id, id) on delete cascade
);
create unique index failure_deal on failure (org_id, deal_id, kind) where deal_id is not null;
create index failure_owner on failure (org_id, owner_id, occurred_on, id);
create index failure_date on failure (org_id, occurred_on, id);

create table debrief (
    org_id bigint not null,
    id bigint not null,
    failure_id bigint not null,
    author_id bigint not null,
    coach_id bigint,
    state text not null,                   -- drafting | shared
    audience text not null,                -- coach | team | organisation
    -- Written only when the author shares; a draft lives in `draft`, sealed.
    reason text,
    my_part text,
    outside text,
    needed text,
    serves text,                           -- only of an existing lesson; a lesson of its own keeps its own
    lesson_id bigint,                      -- the one it made, or the existing one it points to
    started_at bigint not null,
    shared_at bigint,
    coach_saw_at bigint,                   -- when the coach first opened it; until then it waits for them
    version bigint not null,
    primary key (org_id, id),
    unique (org_id, failure_id),
    foreign key (org_id, failure_id) references failure (org_id, id) on delete cascade,
    foreign key (org_id, author_id) references person (org_id, id)
);
create index debrief_author on debrief (org_id, author_id, state);
create index debrief_coach on debrief (org_id, coach_id, state, coach_saw_at);
create index debrief_latest on debrief (org_id, coalesce(shared_at, started_at), id);

-- An author's unshared words, encrypted with the key that only their password or recovery code opens.
create table draft (
    org_id bigint not null,
    debrief_id bigint not null,
    author_id bigint not null,
    draft_key_id bigint not null,
    sealed text not null,
    revision bigint not null,
    updated_at bigint not null,
    primary key (org_id, debrief_id, author_id),
    foreign key (org_id, debrief_id) references debrief (org_id, id) on delete cascade,
    foreign key (org_id, draft_key_id) references draft_key (org_id, id) on delete cascade
);
create index draft_author on draft (org_id, author_id, draft_key_id);

create table lesson (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    debrief_id bigint,
    author_id bigint not null,
    title text not null,
    body text not null,
    serves text,
    -- The context it was learned in, for finding it beside the next deal.
    deal_id bigint,
    company_id bigint,
    product_id bigint,
    competitor text,
    competitor_key text,
    segment text,
    segment_key text,
    stage text,
    region text,
    audience text not null,                -- coach | team | organisation, as its debrief's
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id),
    foreign key (org_id, debrief_id) references debrief (org_id, id) on delete cascade,
    foreign key (org_id, author_id) references person (org_id, id)
);
create index lesson_author on lesson (org_id, author_id, created_at);
create index lesson_time on lesson (org_id, created_at, id);
create index lesson_debrief on lesson (org_id, debrief_id);
create index lesson_company on lesson (org_id, company_id);
create index lesson_product on lesson (org_id, product_id);
create index lesson_competitor on lesson (org_id, competitor_key);
create index lesson_segment on lesson (org_id, segment_key);

create table commitment (
    org_id bigint not null references organisation (org_id) on delete cascade,
    id bigint not null,
    owner_id bigint not null,
    debrief_id bigint,
    lesson_id bigint,
    act text not null,
    due_on date not null,
    original_due_on date not null,
    state text not null,                   -- open | kept | dropped
    dropped_because text,
    done_on date,
    created_at bigint not null,
    version bigint not null,
    primary key (org_id, id),
    foreign key (org_id, owner_id) references person (org_id, id),
    foreign key (org_id, debrief_id) references debrief (org_id, id) on delete cascade,
    foreign key (org_id, lesson_id) references lesson (org_id, id)
);
create index commitment_owner on commitment (org_id, owner_id, state, due_on, id);
create index commitment_due on commitment (org_id, due_on, id);
create index commitment_debrief on commitment (org_id, debrief_id);
