-- Number cells of single areas that lie elsewhere than the tenant of their records (area_apart): what a figure takes
-- out of the one commune and adds to the other. They are part of `cell` too.
create table cell_apart (
    tenant text not null,
    area_id blob not null,
    indicator text not null,
    slice text not null,
    day text not null,
    amount integer not null,
    constraint cell_apart_key primary key (tenant, area_id, indicator, slice, day)
) strict, without rowid;
