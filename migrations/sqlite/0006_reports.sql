-- Periodic reports: one of a unit, a form and a period; an amended report is a new row that names the one it amends.
-- While a report is open its figures are read from the cells; frozen, they stand in report_figure and never change.
create table report (
    tenant text not null,
    id blob not null,
    form text not null,
    form_version integer not null,
    period text not null,
    from_on text not null,
    to_on text not null,
    basis text not null,
    state text not null,
    version integer not null,
    amends blob,
    created_by text not null,
    created_at text not null,
    changed_at text not null,
    frozen_by text,
    frozen_at text,
    constraint report_key primary key (tenant, id),
    constraint report_amends_key unique (tenant, amends),
    constraint report_amends_fkey foreign key (tenant, amends) references report (tenant, id),
    constraint report_state check (state in ('open', 'frozen'))
) strict;

create unique index report_first_of_period on report (tenant, form, period) where amends is null;
create index report_by_period on report (tenant, form, period);
create index report_by_window on report (tenant, to_on, id);

-- What the officer wrote under a part of the form.
create table report_text (
    tenant text not null,
    report_id blob not null,
    part text not null,
    text text not null,
    changed_by text not null,
    changed_at text not null,
    constraint report_text_key primary key (tenant, report_id, part),
    constraint report_text_of foreign key (tenant, report_id) references report (tenant, id)
) strict;

-- The figures of a frozen report, in the order of its form. `column_key` is current, previous or last_year; `figure`
-- and `definition` are JSON; `records` is [[id, version], …] of every record behind a figure of the report's own
-- window, null beside figures of other windows.
create table report_figure (
    tenant text not null,
    report_id blob not null,
    place integer not null,
    part text not null,
    row_number integer not null,
    column_key text not null,
    figure text not null,
    definition text not null,
    records text,
    constraint report_figure_key primary key (tenant, report_id, place),
    constraint report_figure_of foreign key (tenant, report_id) references report (tenant, id)
) strict;
