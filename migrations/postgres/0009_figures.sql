-- The whole of every indicator in one packed row per month, for figures of many units in many windows: per number the
-- amounts of the days up to the 14th, of the 15th and of the rest; per set the household numbers of each area as bits.
create table cell_month (
    tenant text not null,
    month text not null,
    content bytea not null,
    constraint cell_month_key primary key (tenant, month)
);

-- Tenants whose months are still to be made from the day cells they had before; the program does it when it starts.
create table cell_month_due (
    tenant text not null,
    constraint cell_month_due_key primary key (tenant)
);

insert into cell_month_due (tenant) select tenant from cell union select tenant from cell_area;
