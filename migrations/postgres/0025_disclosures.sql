-- Figures of a frozen report that a unit has made public (công khai), as everybody reads them: in both languages, small
-- numbers of people hidden: JSON, packed with gzip. What was withdrawn keeps its row, so that versions only grow, and no content.
create table disclosure (
    tenant text not null,
    report_id uuid not null,
    version bigint not null,
    state text not null,
    to_on text not null,
    heading text not null,
    content bytea,
    account text not null,
    changed_at text not null,
    constraint disclosure_key primary key (tenant, report_id),
    constraint disclosure_state check (state in ('public', 'withdrawn'))
);
create index disclosure_latest on disclosure (tenant, to_on, report_id);
