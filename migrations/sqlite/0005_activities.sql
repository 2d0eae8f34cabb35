-- What was done. `content` is the record as JSON (area, day, kind, line, programmes, answers, note); the columns
-- beside it are what lists filter and sort by. `programmes` is |id|id|, `search` the folded text.
create table activity (
    tenant text not null,
    id blob not null,
    version integer not null,
    state text not null,
    area_id blob not null,
    day text not null,
    kind text not null,
    programmes text not null,
    author text not null,
    content text not null,
    search text not null,
    reason text,
    changed_at text not null,
    constraint activity_key primary key (tenant, id),
    constraint activity_state check (state in ('draft', 'sent', 'confirmed', 'returned', 'withdrawn'))
) strict;

create index activity_by_day on activity (tenant, day, id);
create index activity_by_state on activity (tenant, state, day, id);
create index activity_by_kind on activity (tenant, kind, day, id);
create index activity_by_area on activity (tenant, area_id, day, id);
create index activity_by_area_state on activity (tenant, area_id, state, day, id);

-- Every version, the current one too.
create table activity_version (
    tenant text not null,
    activity_id blob not null,
    version integer not null,
    step text not null,
    state text not null,
    content text not null,
    reason text,
    account text not null,
    at text not null,
    constraint activity_version_key primary key (tenant, activity_id, version),
    constraint activity_version_of foreign key (tenant, activity_id) references activity (tenant, id)
) strict;

-- Photos, re-encoded: nothing of the camera's metadata is left.
create table activity_photo (
    tenant text not null,
    activity_id blob not null,
    id blob not null,
    jpeg blob not null,
    small blob not null,
    width integer not null,
    height integer not null,
    account text not null,
    added_at text not null,
    removed_at text,
    constraint activity_photo_key primary key (tenant, activity_id, id),
    constraint activity_photo_of foreign key (tenant, activity_id) references activity (tenant, id)
) strict;
