-- Reports on their way up. The tenant is the body that receives: its board over all senders reads one tenant. One row
-- for each sender, form and period; `report_id` is the report sent last, `accepted_id` the one accepted last, both of
-- the sender's tenant. `line` is '' for a form of no line; `first_sent_on` says whether it came in time.
create table submission (
    tenant text not null,
    form text not null,
    period text not null,
    sender text not null,
    code text not null,
    name text not null,
    line text not null,
    to_on text not null,
    due_on text not null,
    state text not null,
    version integer not null,
    report_id blob not null,
    accepted_id blob,
    first_sent_on text not null,
    changed_at text not null,
    changed_by text not null,
    constraint submission_key primary key (tenant, form, period, sender),
    constraint submission_state check (state in ('sent', 'returned', 'accepted'))
) strict;

create index submission_by_sender on submission (tenant, sender, to_on);
create index submission_by_state on submission (tenant, state, changed_at);

-- Every version: who sent or decided what, with which words.
create table submission_step (
    tenant text not null,
    form text not null,
    period text not null,
    sender text not null,
    version integer not null,
    state text not null,
    report_id blob not null,
    words text not null,
    account text not null,
    at text not null,
    constraint submission_step_key primary key (tenant, form, period, sender, version),
    constraint submission_step_of foreign key (tenant, form, period, sender)
        references submission (tenant, form, period, sender)
) strict;

-- Whom the body reminded, once a day at most.
create table submission_reminder (
    tenant text not null,
    form text not null,
    period text not null,
    sender text not null,
    day text not null,
    account text not null,
    at text not null,
    constraint submission_reminder_key primary key (tenant, form, period, sender, day)
) strict;

create index submission_reminder_by_sender on submission_reminder (tenant, sender, day);
