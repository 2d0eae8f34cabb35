-- Cells of aggregate entries: totals over a span of days, of an area or of the whole unit (the nil id). A window counts
-- one only when the span lies wholly inside.
create table cell_span (
    tenant text not null,
    indicator text not null,
    slice text not null,
    first_day text not null,
    last_day text not null,
    area_id blob not null,
    amount integer not null,
    constraint cell_span_key primary key (tenant, indicator, slice, last_day, first_day, area_id)
) strict, without rowid;
