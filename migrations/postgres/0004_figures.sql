-- Cells: confirmed facts, added up per day. A figure reads cells only, so its cost does not grow with the records.
create table cell (
    tenant text not null,
    indicator text not null,
    slice text not null,
    day text not null,
    amount bigint not null,
    constraint cell_key primary key (tenant, indicator, slice, day)
);

-- Cells that must stay apart by residential area, because what they hold is not added but united: which areas, which
-- household numbers. `households` is number and times seen, two little-endian 16-bit words each, ascending.
create table cell_area (
    tenant text not null,
    indicator text not null,
    slice text not null,
    day text not null,
    area_id uuid not null,
    records bigint not null,
    households bytea not null,
    constraint cell_area_key primary key (tenant, indicator, slice, day, area_id)
);
