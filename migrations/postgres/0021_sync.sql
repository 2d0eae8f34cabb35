-- Photos on their way from a phone, in pieces, until the form that names them has come. Ids are made on the phone.
create table sync_piece (
    tenant text not null,
    account_id uuid not null,
    photo_id uuid not null,
    from_byte bigint not null,
    size bigint not null,
    bytes bytea not null,
    received_at text not null,
    constraint sync_piece_key primary key (tenant, account_id, photo_id, from_byte)
);

-- Phones set up for work without signal: one row for each person on each phone, with the tenant that keeps the account.
-- The id is made on the phone and known to nobody else; who says it is told whether the phone was revoked, and no more.
create table sync_device (
    tenant text not null,
    id uuid not null,
    account_id uuid not null,
    session_id uuid not null,
    name text not null,
    set_up_at text not null,
    seen_at text not null,
    revoked_at text,
    wiped_at text,
    constraint sync_device_key primary key (tenant, id)
);
create index sync_device_account on sync_device (tenant, account_id, set_up_at);
