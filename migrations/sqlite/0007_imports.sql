-- Sheets people bring along. `headers` and `mapping` are JSON: the words above the columns, and which question each
-- column answers; `encoding` is what the texts were converted from, if they were. Nothing counts before it is applied.
create table import (
    tenant text not null,
    id blob not null,
    kind text not null,
    file_name text not null,
    state text not null,
    version integer not null,
    headers text not null,
    mapping text not null,
    encoding text,
    created_by text not null,
    created_at text not null,
    changed_at text not null,
    constraint import_key primary key (tenant, id),
    constraint import_state check (state in ('read', 'applied', 'undone'))
) strict;

create index import_by_time on import (tenant, created_at, id);

-- The rows of a sheet as typed: `cells` is a JSON list of texts, `number` the row's number in the file, `activity_id`
-- the record that was made of it.
create table import_row (
    tenant text not null,
    import_id blob not null,
    number integer not null,
    cells text not null,
    activity_id blob,
    constraint import_row_key primary key (tenant, import_id, number),
    constraint import_row_of foreign key (tenant, import_id) references import (tenant, id)
) strict;

-- How a sheet with these headers was read last time.
create table import_mapping (
    tenant text not null,
    kind text not null,
    signature text not null,
    mapping text not null,
    changed_at text not null,
    constraint import_mapping_key primary key (tenant, kind, signature)
) strict;
