-- Yearly targets: what a unit is to reach, per indicator and slice. `amount` is none when a target was taken back, of a
-- ratio times 10^scale; `superior` says that a unit above set it.
create table target (
    tenant text not null,
    indicator text not null,
    slice text not null,
    year bigint not null,
    version bigint not null,
    amount bigint,
    superior boolean not null,
    account text not null,
    at text not null,
    constraint target_key primary key (tenant, indicator, slice, year)
);

create index target_by_year on target (tenant, year, indicator, slice);

-- Every version, the current one too.
create table target_version (
    tenant text not null,
    indicator text not null,
    slice text not null,
    year bigint not null,
    version bigint not null,
    amount bigint,
    superior boolean not null,
    account text not null,
    at text not null,
    constraint target_version_key primary key (tenant, indicator, slice, year, version)
);
