-- Who has an account, with which rights, signed in from where. An account lives with the tenant that keeps it; the
-- pseudo-tenant '@' holds what must be found before the tenant is known: sign-in names and failed attempts.

-- Directory of sign-in names (lower case, without marks), over all tenants: names are never given twice.
create table sign_in_name (
    tenant text not null,
    name text not null,
    account_tenant text not null,
    account_id blob not null,
    constraint sign_in_name_key primary key (tenant, name)
) strict, without rowid;
create index sign_in_name_account on sign_in_name (tenant, account_id);

-- No e-mail, no phone, no identity number. `password` is an argon2id PHC string.
create table account (
    tenant text not null,
    id blob not null,
    sign_in text not null,
    name text not null,
    password text not null,
    created_at text not null,
    closed_at text,
    constraint account_key primary key (tenant, id)
) strict, without rowid;

-- A right: as what, over which unit's subtree, over which one area, for which line, from day to day (both included).
create table access_grant (
    tenant text not null,
    id blob not null,
    account_id blob not null,
    role text not null,
    unit_path text not null,
    unit_code text not null,
    area_id blob,
    line text,
    valid_from text not null,
    valid_to text,
    constraint access_grant_key primary key (tenant, id),
    constraint access_grant_account_fkey foreign key (tenant, account_id) references account (tenant, id)
) strict, without rowid;
create index access_grant_account on access_grant (tenant, account_id);

-- A signed-in browser. The token itself is only in the person's cookie; here is its SHA-256.
create table session (
    tenant text not null,
    token_hash text not null,
    id blob not null,
    account_id blob not null,
    created_at text not null,
    seen_at text not null,
    expires_at text not null,
    revoked_at text,
    device text not null,
    constraint session_key primary key (tenant, token_hash),
    constraint session_id_key unique (tenant, id),
    constraint session_account_fkey foreign key (tenant, account_id) references account (tenant, id)
) strict, without rowid;
create index session_account on session (tenant, account_id);

-- Failed attempts by sign-in name and by client; keys are hashes, because people type passwords into the wrong field.
create table sign_in_failure (
    tenant text not null,
    key text not null,
    failures integer not null,
    failed_at text not null,
    blocked_until text,
    constraint sign_in_failure_key primary key (tenant, key)
) strict, without rowid;
create index sign_in_failure_failed on sign_in_failure (tenant, failed_at);
