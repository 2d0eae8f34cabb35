-- What a province or a commune adds to the catalogue: files in its format, drafts and publications. A publication has
-- its number among those of its unit and the first day it holds, and is never changed.
create table supplement (
    tenant text not null,
    id blob not null,
    version integer not null,
    state text not null,
    number integer,
    starts_on text,
    title text not null,
    content text not null,
    account text not null,
    changed_at text not null,
    constraint supplement_key primary key (tenant, id),
    constraint supplement_number unique (tenant, number),
    constraint supplement_state check (state in ('draft', 'published', 'dropped'))
) strict;
