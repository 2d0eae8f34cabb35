-- The number of each unit's last publication, on every machine: every page asks whose rules hold, and may not hang on machines
-- on which others' rows lie. What it says of a publication is written with it; what a program of before 26 publishes is
-- entered by the others within a minute, and holds from the next day at the earliest.
create table supplement_last (
    tenant text not null references unit (id),
    number bigint not null,
    constraint supplement_last_key primary key (tenant)
);
insert into supplement_last (tenant, number) select tenant, max(number) from supplement where number > 0 group by tenant;
