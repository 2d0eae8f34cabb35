-- Lineage: what became of communes. Reference tables, like unit; a merger writes here and touches no record and no cell.

-- The commune that carries on what another was, from the day on which the other is no more.
create table unit_succession (
    predecessor text not null references unit (id),
    successor text not null references unit (id),
    from_on text not null,
    constraint unit_succession_key primary key (predecessor)
);

-- Areas whose records with a tenant do not lie where the tenant lies: the area moved alone, or the tenant received it.
-- By day, like area_commune: the commune in which the area lies.
create table area_apart (
    tenant text not null references unit (id),
    area uuid not null,
    from_on text not null,
    commune text not null references unit (id),
    constraint area_apart_key primary key (tenant, area, from_on)
);

create index area_apart_commune on area_apart (commune, tenant, area);

create index area_apart_area on area_apart (area, tenant);
