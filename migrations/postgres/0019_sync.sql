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
