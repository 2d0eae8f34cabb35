//! Submissions in the store: one function per statement. Rows stand with the body that receives.

use db::{Read, Tx, sql};
use jiff::{Timestamp, civil::Date};
use kernel::{Line, Room};
use uuid::Uuid;

use crate::model::{Key, Passed, State, Submission};

db::row! {
    struct SubmissionRow {
        form: String,
        period: String,
        sender: String,
        code: String,
        name: String,
        line: String,
        to_on: Date,
        due_on: Date,
        state: State,
        version: u32,
        report: Uuid,
        accepted: Option<Uuid>,
        first_sent_on: Date,
        changed_at: Timestamp,
        changed_by: String,
    }
}

impl From<SubmissionRow> for Submission {
    fn from(row: SubmissionRow) -> Self {
        Submission {
            key: Key { form: row.form, period: row.period, sender: row.sender },
            code: row.code,
            name: row.name,
            line: Line::from_key(&row.line),
            to: row.to_on,
            due: row.due_on,
            state: row.state,
            version: row.version,
            report: row.report,
            accepted: row.accepted,
            first_sent: row.first_sent_on,
            changed_at: row.changed_at,
            changed_by: row.changed_by,
        }
    }
}

/// A submission.
pub(crate) fn find(read: &mut Read<'_>, room: &Room, key: &Key) -> db::Result<Option<Submission>> {
    let text = sql!(
        "select form, period, sender, code, name, line, to_on, due_on, state, version, report_id, accepted_id, \
         first_sent_on, changed_at, changed_by from submission \
         where tenant = $1 and form = $2 and period = $3 and sender = $4"
    );
    let values = [(&key.form).into(), (&key.period).into(), (&key.sender).into()];
    Ok(read.find::<SubmissionRow>(room, &text, &values)?.map(Submission::from))
}

/// What a sender sent, of periods that ended on a day or later.
pub(crate) fn of_sender(
    read: &mut Read<'_>,
    room: &Room,
    sender: &str,
    since: Date,
) -> db::Result<Vec<Submission>> {
    let text = sql!(
        "select form, period, sender, code, name, line, to_on, due_on, state, version, report_id, accepted_id, \
         first_sent_on, changed_at, changed_by from submission \
         where tenant = $1 and sender = $2 and to_on >= $3 order by to_on desc, form"
    );
    let rows: Vec<SubmissionRow> = read.all(room, &text, &[sender.into(), since.into()])?;
    Ok(rows.into_iter().map(Submission::from).collect())
}

/// What every sender sent of a form and period.
pub(crate) fn of_period(
    read: &mut Read<'_>,
    room: &Room,
    form: &str,
    period: &str,
) -> db::Result<Vec<Submission>> {
    let text = sql!(
        "select form, period, sender, code, name, line, to_on, due_on, state, version, report_id, accepted_id, \
         first_sent_on, changed_at, changed_by from submission \
         where tenant = $1 and form = $2 and period = $3 order by sender"
    );
    let rows: Vec<SubmissionRow> = read.all(room, &text, &[form.into(), period.into()])?;
    Ok(rows.into_iter().map(Submission::from).collect())
}

/// What stands in a state, the one that changed first on top; "" for any form and for any line. What is no line's is
/// every line's.
pub(crate) fn in_state(
    read: &mut Read<'_>,
    room: &Room,
    state: State,
    (form, line): (&str, &str),
    limit: u32,
) -> db::Result<Vec<Submission>> {
    let text = sql!(
        "select form, period, sender, code, name, line, to_on, due_on, state, version, report_id, accepted_id, \
         first_sent_on, changed_at, changed_by from submission \
         where tenant = $1 and state = $2 and ($3 = '' or form = $3) and ($4 = '' or line = '' or line = $4) \
         order by changed_at, sender, form, period limit $5"
    );
    let values = [state.key().into(), form.into(), line.into(), limit.into()];
    let rows: Vec<SubmissionRow> = read.all(room, &text, &values)?;
    Ok(rows.into_iter().map(Submission::from).collect())
}

/// How many stand in a state, for the same form and line.
pub(crate) fn count(
    read: &mut Read<'_>,
    room: &Room,
    state: State,
    (form, line): (&str, &str),
) -> db::Result<i64> {
    let text = sql!(
        "select count(*) from submission \
         where tenant = $1 and state = $2 and ($3 = '' or form = $3) and ($4 = '' or line = '' or line = $4)"
    );
    read.one(room, &text, &[state.key().into(), form.into(), line.into()])
}

/// Writes a submission's first version.
pub(crate) fn add(tx: &mut Tx<'_>, room: &Room, new: &Submission) -> db::Result<()> {
    let text = sql!(
        "insert into submission (tenant, form, period, sender, code, name, line, to_on, due_on, state, version, \
         report_id, accepted_id, first_sent_on, changed_at, changed_by) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    );
    let values = [
        (&new.key.form).into(),
        (&new.key.period).into(),
        (&new.key.sender).into(),
        (&new.code).into(),
        (&new.name).into(),
        new.line.map_or("", Line::key).into(),
        new.to.into(),
        new.due.into(),
        new.state.key().into(),
        new.version.into(),
        new.report.into(),
        new.accepted.into(),
        new.first_sent.into(),
        new.changed_at.into(),
        (&new.changed_by).into(),
    ];
    tx.execute(room, &text, &values)?;
    Ok(())
}

/// Brings a submission to its next version. `Conflict` when another write made that version first.
pub(crate) fn step(tx: &mut Tx<'_>, room: &Room, next: &Submission) -> db::Result<()> {
    let text = sql!(
        "update submission set code = $5, name = $6, state = $7, version = $8, report_id = $9, accepted_id = $10, \
         changed_at = $11, changed_by = $12 \
         where tenant = $1 and form = $2 and period = $3 and sender = $4 and version = $13"
    );
    let values = [
        (&next.key.form).into(),
        (&next.key.period).into(),
        (&next.key.sender).into(),
        (&next.code).into(),
        (&next.name).into(),
        next.state.key().into(),
        next.version.into(),
        next.report.into(),
        next.accepted.into(),
        next.changed_at.into(),
        (&next.changed_by).into(),
        (next.version - 1).into(),
    ];
    match tx.execute(room, &text, &values)? {
        1 => Ok(()),
        _ => Err(db::Error::Conflict("another version was written first".into())),
    }
}

/// Writes down the step that led to a version.
pub(crate) fn put_step(tx: &mut Tx<'_>, room: &Room, now: &Submission, words: &str) -> db::Result<()> {
    let text = sql!(
        "insert into submission_step (tenant, form, period, sender, version, state, report_id, words, account, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    let values = [
        (&now.key.form).into(),
        (&now.key.period).into(),
        (&now.key.sender).into(),
        now.version.into(),
        now.state.key().into(),
        now.report.into(),
        words.into(),
        (&now.changed_by).into(),
        now.changed_at.into(),
    ];
    tx.execute(room, &text, &values)?;
    Ok(())
}

db::row! {
    struct StepRow {
        version: u32,
        state: State,
        report: Uuid,
        words: String,
        account: String,
        at: Timestamp,
    }
}

/// The steps of a submission, the newest first.
pub(crate) fn steps(read: &mut Read<'_>, room: &Room, key: &Key) -> db::Result<Vec<Passed>> {
    let text = sql!(
        "select version, state, report_id, words, account, at from submission_step \
         where tenant = $1 and form = $2 and period = $3 and sender = $4 order by version desc"
    );
    let values = [(&key.form).into(), (&key.period).into(), (&key.sender).into()];
    let rows: Vec<StepRow> = read.all(room, &text, &values)?;
    let step = |row: StepRow| Passed {
        version: row.version,
        state: row.state,
        report: row.report,
        words: row.words,
        account: row.account,
        at: row.at,
    };
    Ok(rows.into_iter().map(step).collect())
}

/// Writes down that a sender was reminded on a day; the same day again changes nothing.
pub(crate) fn remind(
    tx: &mut Tx<'_>,
    room: &Room,
    key: &Key,
    (day, at): (Date, Timestamp),
) -> db::Result<()> {
    let text = sql!(
        "insert into submission_reminder (tenant, form, period, sender, day, account, at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant, form, period, sender, day) do nothing"
    );
    let values = [
        (&key.form).into(),
        (&key.period).into(),
        (&key.sender).into(),
        day.into(),
        room.account().into(),
        at.into(),
    ];
    tx.execute(room, &text, &values)?;
    Ok(())
}

/// The last day on which each sender was reminded of a form and period.
pub(crate) fn reminded(
    read: &mut Read<'_>,
    room: &Room,
    form: &str,
    period: &str,
) -> db::Result<Vec<(String, Date)>> {
    let text = sql!(
        "select sender, max(day) from submission_reminder \
         where tenant = $1 and form = $2 and period = $3 group by sender order by sender"
    );
    read.all(room, &text, &[form.into(), period.into()])
}

/// Of which forms and periods a sender was reminded since a day, and when last.
pub(crate) fn reminders_of(
    read: &mut Read<'_>,
    room: &Room,
    sender: &str,
    since: Date,
) -> db::Result<Vec<(String, String, Date)>> {
    let text = sql!(
        "select form, period, max(day) from submission_reminder \
         where tenant = $1 and sender = $2 and day >= $3 group by form, period order by form, period"
    );
    read.all(room, &text, &[sender.into(), since.into()])
}
