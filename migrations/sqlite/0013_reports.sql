-- What papers say beyond their report (signers, Kính gửi, Nơi nhận), as JSON: for the next papers of a form
-- (`object` is `form ID`), and for good once a paper has its number (`report ID`). `style` is the body it is from.
create table report_signing (
    tenant text not null,
    object text not null,
    style text not null,
    version integer not null,
    words text not null,
    changed_by text not null,
    changed_at text not null,
    constraint report_signing_key primary key (tenant, object, style)
) strict, without rowid;

-- The tables of residential areas of a frozen report: one row each, the last of each part the whole commune (no
-- `area_id`). `figures` is JSON, one figure for each column of the part.
create table report_area (
    tenant text not null,
    report_id blob not null,
    part text not null,
    row_number integer not null,
    area_id blob,
    name text not null,
    figures text not null,
    constraint report_area_key primary key (tenant, report_id, part, row_number),
    constraint report_area_of foreign key (tenant, report_id) references report (tenant, id)
) strict, without rowid;
