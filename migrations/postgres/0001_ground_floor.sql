-- Tenant tables begin their primary key with `tenant`: the immutable internal key of a commune as it was when the
-- row was born (or a pseudo-key of a province or of the whole instance). No triggers, no serial ids, no defaults of
-- the engine: ids and times are parameters.

-- The audit log: append only, each row hashed over the one before it in its tenant.
create table audit (
    tenant text not null,
    seq bigint not null,
    at text not null,
    account text not null,
    action text not null,
    object text not null,
    detail text not null,
    hash text not null,
    constraint audit_key primary key (tenant, seq)
);

-- The end of each chain: taken by every writer of the tenant, and what a cut-off tail is measured against.
create table audit_head (
    tenant text not null,
    seq bigint not null,
    hash text not null,
    constraint audit_head_key primary key (tenant)
);
