-- Reports of a residential area beside those of the whole unit.
alter table report add column area_id uuid;
drop index report_first_of_period;
create unique index report_first_of_period on report (tenant, form, period) where amends is null and area_id is null;
create unique index report_first_of_area on report (tenant, form, period, area_id)
    where amends is null and area_id is not null;
create index report_by_area on report (tenant, area_id, to_on, id);
