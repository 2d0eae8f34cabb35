-- What was read of a unit over its communes, by question, packed with the heads of the audit chains it was read at: so that
-- the first look after a start reads anew only what changed since. Nothing but a cache: it may be emptied at any time, and
-- is by every migration that changes cells otherwise than by the program's own writes.
create table grid_kept (
    tenant text not null,
    shape text not null,
    kept_at text not null,
    content bytea not null,
    constraint grid_kept_key primary key (tenant, shape)
);
