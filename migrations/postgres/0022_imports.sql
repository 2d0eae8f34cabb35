-- What is being done with an import, piece by piece; the row goes with the last piece. `left_out` is a JSON list of the
-- rows that become no record, `after_row` the last row that is done with, `done` of `total` what is written so far.
create table import_run (
    tenant text not null,
    import_id uuid not null,
    step text not null,
    account text not null,
    line text,
    left_out text not null,
    reason text not null,
    after_row bigint not null,
    done bigint not null,
    kept bigint not null,
    total bigint not null,
    started_at text not null,
    constraint import_run_key primary key (tenant, import_id),
    constraint import_run_of foreign key (tenant, import_id) references import (tenant, id),
    constraint import_run_step check (step in ('apply', 'undo'))
);

-- How many records an undoing left as they were, because somebody had changed them; null before one.
alter table import add column kept bigint;
