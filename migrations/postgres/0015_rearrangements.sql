-- Mergers, splits, changes of name and areas that move, each one reviewed operation, kept by the unit in which everything
-- lies that it touches. `plan` is JSON; `touches` are the ids of the communes, each between bars.
create table rearrangement (
    tenant text not null references unit (id),
    id uuid not null,
    plan text not null,
    on_day text not null,
    basis text not null,
    touches text not null,
    state text not null,
    version bigint not null,
    drafted_by text not null,
    drafted_at text not null,
    applied_by text,
    applied_at text,
    undone_by text,
    undone_at text,
    constraint rearrangement_key primary key (tenant, id)
);
