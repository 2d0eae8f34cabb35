-- Places with history. Reference tables: unit, unit_version, commune_guest. Tenant tables: the others, whose tenant is
-- the commune in which the residential area or organisation was born. Spans of days are from_on (included) to until_on
-- (not included, 9999-12-31 while open). Tables with from_on alone hold what is true until the next from_on.

-- A country, province or commune. Codes are re-used, so a unit is (code, born_on); id never changes.
create table unit (
    id text not null,
    code text not null,
    level text not null,
    born_on text not null,
    constraint unit_key primary key (id),
    constraint unit_code_key unique (code, born_on)
) strict, without rowid;

-- What a unit is called and to whom it belongs, by day. `search` is the folded name with its parent's, for finding.
create table unit_version (
    unit text not null references unit (id),
    from_on text not null,
    until_on text not null,
    kind text not null,
    name text not null,
    parent text references unit (id),
    path text not null,
    basis text not null,
    checked integer not null,
    search text not null,
    sort_key blob not null,
    constraint unit_version_key primary key (unit, from_on)
) strict, without rowid;

create index unit_version_parent on unit_version (parent, unit);

-- Units with their parents' names, split where either changes.
create view unit_v_named as
select u.id, u.code, u.level, v.kind, v.name, v.parent, p.kind as parent_kind, p.name as parent_name, v.path, u.born_on,
    case when p.from_on > v.from_on then p.from_on else v.from_on end as from_on,
    case when p.until_on < v.until_on then p.until_on else v.until_on end as until_on,
    v.basis, v.checked, v.search, v.sort_key
from unit u
join unit_version v on v.unit = u.id
left join unit_version p on p.unit = v.parent and p.from_on < v.until_on and p.until_on > v.from_on;

-- Tenants whose areas have moved into a commune: where else to look for the commune's areas.
create table commune_guest (
    commune text not null references unit (id),
    tenant text not null references unit (id),
    constraint commune_guest_key primary key (commune, tenant)
) strict, without rowid;

-- A residential area (khu, xóm, bản, thôn, tổ dân phố).
create table area (
    tenant text not null references unit (id),
    id blob not null,
    born_on text not null,
    until_on text not null,
    constraint area_key primary key (tenant, id)
) strict, without rowid;

create table area_name (
    tenant text not null,
    area blob not null,
    from_on text not null,
    name text not null,
    sort_key blob not null,
    constraint area_name_key primary key (tenant, area, from_on),
    constraint area_name_area foreign key (tenant, area) references area (tenant, id)
) strict, without rowid;

-- The commune an area belongs to: areas move alone.
create table area_commune (
    tenant text not null,
    area blob not null,
    from_on text not null,
    commune text not null references unit (id),
    constraint area_commune_key primary key (tenant, area, from_on),
    constraint area_commune_area foreign key (tenant, area) references area (tenant, id)
) strict, without rowid;

-- How many households an area counts: a number, nothing about anybody.
create table area_households (
    tenant text not null,
    area blob not null,
    from_on text not null,
    households integer not null,
    constraint area_households_key primary key (tenant, area, from_on),
    constraint area_households_area foreign key (tenant, area) references area (tenant, id)
) strict, without rowid;

-- An organisation that takes part in the movement at a unit.
create table organisation (
    tenant text not null references unit (id),
    id blob not null,
    kind text not null,
    name text not null,
    from_on text not null,
    until_on text not null,
    constraint organisation_key primary key (tenant, id)
) strict, without rowid;
