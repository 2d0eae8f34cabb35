-- The register of issued papers (sổ đăng ký văn bản đi): one series per body and year, from 1, no gap and no double.
create table register_series (
    tenant text not null,
    series text not null,
    year bigint not null,
    last bigint not null,
    constraint register_series_key primary key (tenant, series, year)
);

-- `object` is what got the number (a report …); it gets one number of a series, once.
create table register_entry (
    tenant text not null,
    series text not null,
    year bigint not null,
    number bigint not null,
    object text not null,
    notation text not null,
    issued_on text not null,
    subject text not null,
    signer text not null,
    recipients text not null,
    account text not null,
    at text not null,
    constraint register_entry_key primary key (tenant, series, year, number),
    constraint register_entry_object_key unique (tenant, series, object)
);
