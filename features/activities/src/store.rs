//! Records in the store: one function per statement.

use catalogue::Catalogue;
use db::{Read, Sql, Tx, Value, sql};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use kernel::{Areas, Line, Room};
use units::Makeup;
use uuid::Uuid;

use crate::model::{Activity, Content, RawContent, State};
use crate::photo::Photo;

db::row! {
    struct ActivityRow {
        id: Uuid,
        version: u32,
        state: String,
        author: String,
        content: String,
        reason: Option<String>,
    }
}

impl ActivityRow {
    fn into_activity(self, catalogue: &Catalogue) -> db::Result<Activity> {
        let state = State::from_key(&self.state).ok_or(db::Error::Shape { column: 2, wanted: "a state" })?;
        let content = read_content(&self.content, catalogue)?;
        Ok(Activity {
            id: self.id,
            version: self.version,
            state,
            author: self.author,
            content,
            reason: self.reason,
        })
    }
}

/// Reads stored content with the questions of its kind's version.
pub(crate) fn read_content(json: &str, catalogue: &Catalogue) -> db::Result<Content> {
    let broken = |what: &str| db::Error::Broken(format!("a stored record cannot be read: {what}"));
    let raw: RawContent = serde_json::from_str(json).map_err(|e| broken(&e.to_string()))?;
    let kind = catalogue.kinds().version(&raw.kind, raw.kind_version).ok_or_else(|| {
        broken(&format!("the catalogue has no kind {} version {}", raw.kind, raw.kind_version))
    })?;
    let fields = kind.from_json(&raw.fields).map_err(|problems| broken(&format!("{problems:?}")))?;
    Ok(Content {
        area: raw.area,
        day: raw.day,
        from: raw.from,
        kind: raw.kind,
        kind_version: raw.kind_version,
        line: raw.line.as_deref().and_then(Line::from_key),
        programmes: raw.programmes,
        fields,
        note: raw.note,
    })
}

/// One record, if the room covers its area.
pub fn find(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    id: Uuid,
) -> db::Result<Option<Activity>> {
    let text = sql!(
        "select id, version, state, author, content, reason from activity where tenant = $1 and id = $2"
    );
    let row: Option<ActivityRow> = read.find(room, &text, &[id.into()])?;
    let activity = row.map(|row| row.into_activity(catalogue.of_tenant(room.tenant_key()))).transpose()?;
    Ok(activity.filter(|activity| room.covers(activity.content.area).is_ok()))
}

/// The area of a record, if the room's tenant keeps it.
pub(crate) fn area_of(read: &mut Read<'_>, room: &Room, id: Uuid) -> db::Result<Option<Uuid>> {
    read.find(room, &sql!("select area_id from activity where tenant = $1 and id = $2"), &[id.into()])
}

/// Writes the present version and the history's row of it. `Conflict` when another write made this version first.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    room: &Room,
    catalogue: &Catalogue,
    activity: &Activity,
    step: &str,
    at: Timestamp,
) -> db::Result<()> {
    let content = serde_json::to_string(&activity.content).map_err(|e| db::Error::Broken(e.to_string()))?;
    let programmes = activity.content.programmes.iter().fold("|".to_owned(), |all, id| all + id + "|");
    let search = search_text(&activity.content, catalogue);
    let values = [
        activity.id.into(),
        activity.version.into(),
        activity.state.key().into(),
        activity.content.area.into(),
        activity.content.day.into(),
        Value::from(&activity.content.kind),
        programmes.into(),
        Value::from(&activity.author),
        content.as_str().into(),
        search.into(),
        activity.reason.clone().into(),
        at.into(),
    ];
    let changed = if activity.version == 1 {
        let first = sql!(
            "insert into activity (tenant, id, version, state, area_id, day, kind, programmes, author, content, \
             search, reason, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        );
        tx.execute(room, &first, &values)?
    } else {
        let next = sql!(
            "update activity set version = $3, state = $4, area_id = $5, day = $6, kind = $7, programmes = $8, \
             author = $9, content = $10, search = $11, reason = $12, changed_at = $13 \
             where tenant = $1 and id = $2 and version = cast($3 as bigint) - 1"
        );
        tx.execute(room, &next, &values)?
    };
    if changed != 1 {
        return Err(db::Error::Conflict("another version was written first".into()));
    }
    let history = sql!(
        "insert into activity_version (tenant, activity_id, version, step, state, content, reason, account, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    let values = [
        activity.id.into(),
        activity.version.into(),
        step.into(),
        activity.state.key().into(),
        content.into(),
        activity.reason.clone().into(),
        room.account().into(),
        at.into(),
    ];
    tx.later(room, &history, &values)
}

/// What the search box looks in: the kind's name, the answers in words, the note; folded.
fn search_text(content: &Content, catalogue: &Catalogue) -> String {
    let mut words = vec![content.note.clone()];
    if let Some(kind) = catalogue.kinds().version(&content.kind, content.kind_version) {
        words.push(kind.name.vi.clone());
        words.extend(content.fields.iter().filter_map(|(id, value)| match value {
            catalogue::Value::Text(text) => Some(text.clone()),
            catalogue::Value::Choice(_) | catalogue::Value::Choices(_) => {
                Some(kind.show(id, value, kernel::Lang::Vi))
            }
            _ => None,
        }));
    }
    vietnamese::text::search_key(&words.join(" "))
}

db::row! {
    /// A version of a record.
    #[derive(Debug, Clone)]
    pub struct Version {
        /// Number.
        pub version: u32,
        /// Name of the step that made it.
        pub step: String,
        /// Name of the state after it.
        pub state: String,
        /// Content as JSON.
        pub content: String,
        /// Reason given.
        pub reason: Option<String>,
        /// Who.
        pub account: String,
        /// When.
        pub at: Timestamp,
    }
}

/// Every version of a record, oldest first.
pub fn versions(read: &mut Read<'_>, room: &Room, id: Uuid) -> db::Result<Vec<Version>> {
    let text = sql!(
        "select version, step, state, content, reason, account, at from activity_version \
         where tenant = $1 and activity_id = $2 order by version"
    );
    read.all(room, &text, &[id.into()])
}

/// One version of a record.
pub(crate) fn version(
    read: &mut Read<'_>,
    room: &Room,
    id: Uuid,
    version: u32,
) -> db::Result<Option<Version>> {
    let text = sql!(
        "select version, step, state, content, reason, account, at from activity_version \
         where tenant = $1 and activity_id = $2 and version = $3"
    );
    read.find(room, &text, &[id.into(), version.into()])
}

/// What a list shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Only this state.
    pub state: Option<State>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only this residential area.
    pub area: Option<Uuid>,
    /// Only what serves this programme.
    pub programme: Option<String>,
    /// Not before this day.
    pub from: Option<Date>,
    /// Not after this day.
    pub to: Option<Date>,
    /// Only what holds this text, marks and tone placement aside.
    pub text: String,
}

impl Filter {
    /// The one residential area that is asked for, if it is one.
    pub(crate) fn area_in(&self, room: &Room) -> Option<Uuid> {
        match room.areas() {
            Areas::All => self.area,
            // One grant, one area: an area head of two areas sees the first here and reaches the other by filter.
            Areas::Only(areas) => {
                let area = self.area.filter(|area| areas.contains(area)).or(areas.first().copied());
                Some(area.unwrap_or_default())
            }
        }
    }
}

/// A record in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The record.
    pub activity: Activity,
}

/// The conditions of a filter within a room, as literal fragments, with their values. `$1` is the tenant. Others'
/// drafts are left to the statement when no state is asked for.
fn conditions(room: &Room, filter: &Filter) -> (String, Vec<Value>) {
    let (mut text, mut values) = (String::new(), Vec::new());
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        text.push_str(" and ");
        text.push_str(&condition.replace("$n", &format!("${}", values.len() + 1)));
    };
    if let Some(area) = filter.area_in(room) {
        and("area_id = $n", area.into());
    }
    if let Some(state) = filter.state {
        and("state = $n", state.key().into());
        if state == State::Draft {
            // Nobody sees another's draft.
            and("author = $n", room.account().into());
        }
    }
    if let Some(kind) = &filter.kind {
        and("kind = $n", kind.into());
    }
    if let Some(programme) = &filter.programme {
        and("programmes like $n", format!("%|{programme}|%").into());
    }
    if let Some(from) = filter.from {
        and("day >= $n", from.into());
    }
    if let Some(to) = filter.to {
        and("day <= $n", to.into());
    }
    let key = vietnamese::text::search_key(&filter.text);
    if !key.is_empty() {
        and("search like $n", format!("%{key}%").into());
    }
    (text, values)
}

/// The statement of [`count`].
fn count_statement(room: &Room, filter: &Filter) -> (Sql, Vec<Value>) {
    let (text, mut values) = conditions(room, filter);
    let all = format!("select count(*) from activity where tenant = $1{text}");
    if filter.state.is_some() {
        return (Sql::composed(all), values);
    }
    // All without others' drafts, counted apart: a condition on the author would read every row, while each of these
    // reads an index and a few drafts. Materialized, or SQLite would look for the drafts through another index.
    values.push(room.account().into());
    let author = values.len() + 1;
    let text = format!(
        "with others as materialized (select state, area_id, day, kind, programmes, search from activity \
         where tenant = $1 and state = 'draft' and author <> ${author}) \
         select ({all}) - (select count(*) from others where 1 = 1{text})"
    );
    (Sql::composed(text), values)
}

/// How many records a filter finds: exact.
pub fn count(read: &mut Read<'_>, room: &Room, filter: &Filter) -> db::Result<i64> {
    let (text, values) = count_statement(room, filter);
    read.one(room, &text, &values)
}

/// The statement of [`list`], and its values but for those of the page.
fn list_statement(room: &Room, filter: &Filter, after: bool) -> (Sql, Vec<Value>) {
    let (mut conditions, mut values) = conditions(room, filter);
    if filter.state.is_none() {
        values.push(room.account().into());
        conditions.push_str(&format!(" and (state <> 'draft' or author = ${})", values.len() + 1));
    }
    let next = values.len() + 2;
    let keyset = if after {
        format!(" and (day < ${0} or (day = ${0} and id < ${1}))", next, next + 1)
    } else {
        String::new()
    };
    let limit = next + if after { 2 } else { 0 };
    let text = format!(
        "select id, version, state, author, content, reason from activity where tenant = $1{conditions}{keyset} \
         order by day desc, id desc limit ${limit}"
    );
    (Sql::composed(text), values)
}

/// Records of a filter, newest first, after the record `(day, id)` of the page before.
pub fn list(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    filter: &Filter,
    after: Option<(Date, Uuid)>,
    limit: u32,
) -> db::Result<Vec<Listed>> {
    let (text, mut values) = list_statement(room, filter, after.is_some());
    if let Some((day, id)) = after {
        values.extend([day.into(), id.into()]);
    }
    values.push(limit.into());
    let rows: Vec<ActivityRow> = read.all(room, &text, &values)?;
    rows.into_iter()
        .map(|row| Ok(Listed { activity: row.into_activity(catalogue.of_tenant(room.tenant_key()))? }))
        .collect()
}

/// What of a unit's makeup a filter is asked of: rooms, each with its filter, and those whose records are taken out.
fn parts<'a>(
    (rooms, makeup): (&'a [Room], &'a Makeup),
    filter: &'a Filter,
) -> impl Iterator<Item = (&'a Room, Filter, bool)> {
    let sections = makeup.sections.iter().flat_map(move |section| {
        let whole = section.tenants.iter().map(|tenant| (tenant, None, true));
        let with = section.with.iter().map(|(tenant, area)| (tenant, Some(*area), true));
        let without = section.without.iter().map(|(tenant, area)| (tenant, Some(*area), false));
        whole.chain(with).chain(without)
    });
    sections.filter_map(move |(tenant, only, adds)| {
        let room = rooms.iter().find(|room| room.tenant_key() == tenant)?;
        let other = |only| filter.area.is_some_and(|asked| asked != only) || room.covers(only).is_err();
        if only.is_some_and(other) {
            return None;
        }
        Some((room, Filter { area: only.or(filter.area), ..filter.clone() }, adds))
    })
}

/// How many records of a filter lie in a unit, over everything that makes it up in borders that hold for every day.
pub fn count_over(read: &mut Read<'_>, of: (&[Room], &Makeup), filter: &Filter) -> db::Result<i64> {
    let mut sum = 0;
    for (room, filter, adds) in parts(of, filter) {
        let found = count(read, room, &filter)?;
        sum += if adds { found } else { -found };
    }
    Ok(sum)
}

/// [`list`] over everything that makes up a unit, in borders that hold for every day.
pub fn list_over(
    read: &mut Read<'_>,
    (rooms, makeup): (&[Room], &Makeup),
    catalogue: &Catalogue,
    filter: &Filter,
    after: Option<(Date, Uuid)>,
    limit: u32,
) -> db::Result<Vec<Listed>> {
    let mut listed = Vec::new();
    for (room, filter, _) in parts((rooms, makeup), filter).filter(|(.., adds)| *adds) {
        let (mut after, mut kept) = (after, 0);
        loop {
            let page = list(read, room, catalogue, &filter, after, limit)?;
            let last = page.len() < limit as usize;
            after = page.last().map(|listed| (listed.activity.content.day, listed.activity.id));
            let lies = |listed: &Listed| {
                let content = &listed.activity.content;
                makeup.holds(room.tenant_key(), content.area, content.day)
            };
            let page: Vec<Listed> = page.into_iter().filter(lies).collect();
            kept += page.len();
            listed.extend(page);
            if last || kept >= limit as usize {
                break;
            }
        }
    }
    listed.sort_by_key(|listed| std::cmp::Reverse((listed.activity.content.day, listed.activity.id)));
    listed.truncate(limit as usize);
    Ok(listed)
}

/// Records of a filter one by one over everything that makes up a unit: tenant by tenant, in each newest first.
pub(crate) fn each_over(
    read: &mut Read<'_>,
    (rooms, makeup): (&[Room], &Makeup),
    catalogue: &Catalogue,
    filter: &Filter,
    mut visit: impl FnMut(Activity) -> db::Result<()>,
) -> db::Result<()> {
    for (room, filter, _) in parts((rooms, makeup), filter).filter(|(.., adds)| *adds) {
        let (text, mut values) = list_statement(room, &filter, false);
        values.push(i64::MAX.into());
        read.each(room, &text, &values, |row: ActivityRow| {
            let activity = row.into_activity(catalogue.of_tenant(room.tenant_key()))?;
            let lies = makeup.holds(room.tenant_key(), activity.content.area, activity.content.day);
            if lies { visit(activity) } else { Ok(()) }
        })?;
    }
    Ok(())
}

/// Every statement that [`list`] and [`count`] can compose, for the statement test.
pub fn list_statements(room: &Room) -> Vec<Sql> {
    let mut statements = Vec::new();
    for bits in 0_u32..256 {
        let on = |bit: u32| bits & (1 << bit) != 0;
        let filter = Filter {
            state: on(0).then_some(if on(7) { State::Draft } else { State::Sent }),
            kind: on(1).then(|| "k".to_owned()),
            area: on(2).then(Uuid::nil),
            programme: on(3).then(|| "p".to_owned()),
            from: on(4).then(Date::default),
            to: on(5).then(Date::default),
            text: if on(6) { "x".to_owned() } else { String::new() },
        };
        statements.push(count_statement(room, &filter).0);
        statements.extend([false, true].map(|after| list_statement(room, &filter, after).0));
    }
    statements
}

/// Confirmed records of some kinds within a window, oldest first, one by one.
pub(crate) fn each_confirmed(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    (kind, from, to): (&str, Date, Date),
    mut visit: impl FnMut(Activity),
) -> db::Result<()> {
    let text = sql!(
        "select id, version, state, author, content, reason from activity \
         where tenant = $1 and kind = $2 and day >= $3 and day <= $4 and state = 'confirmed' order by day, id"
    );
    read.each(room, &text, &[kind.into(), from.into(), to.into()], |row: ActivityRow| {
        visit(row.into_activity(catalogue.of_tenant(room.tenant_key()))?);
        Ok(())
    })
}

/// Every confirmed record of a tenant, one by one.
pub(crate) fn each_of_tenant(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    mut visit: impl FnMut(Activity),
) -> db::Result<()> {
    let text = sql!(
        "select id, version, state, author, content, reason from activity where tenant = $1 and state = 'confirmed'"
    );
    read.each(room, &text, &[], |row: ActivityRow| {
        visit(row.into_activity(catalogue.of_tenant(room.tenant_key()))?);
        Ok(())
    })
}

/// Every day that a record can be of.
pub(crate) const ALL_DAYS: (Date, Date) = (date(1, 1, 1), date(9999, 12, 31));

/// Every confirmed record of a residential area within a window, one by one.
pub(crate) fn each_of_area(
    read: &mut Read<'_>,
    room: &Room,
    catalogue: &Catalogue,
    area: Uuid,
    (from, to): (Date, Date),
    mut visit: impl FnMut(Activity),
) -> db::Result<()> {
    let text = sql!(
        "select id, version, state, author, content, reason from activity \
         where tenant = $1 and area_id = $2 and day >= $3 and day <= $4 and state = 'confirmed'"
    );
    read.each(room, &text, &[area.into(), from.into(), to.into()], |row: ActivityRow| {
        visit(row.into_activity(catalogue.of_tenant(room.tenant_key()))?);
        Ok(())
    })
}

/// The tenants that have records. A statement over all tenants: only for tasks of the program.
pub(crate) fn tenants(read: &mut Read<'_>, scope: &kernel::Scope) -> db::Result<Vec<String>> {
    read.all(scope, &sql!("select distinct tenant from activity order by tenant"), &[])
}

/// Adds a photo; one that was there before, even if it was taken off since, is left as it is.
pub(crate) fn add_photo(
    tx: &mut Tx<'_>,
    room: &Room,
    (activity, id): (Uuid, Uuid),
    photo: &Photo,
    at: Timestamp,
) -> db::Result<()> {
    let text = sql!(
        "insert into activity_photo (tenant, activity_id, id, jpeg, small, width, height, account, added_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant, activity_id, id) do nothing"
    );
    let values = [
        activity.into(),
        id.into(),
        photo.jpeg.as_slice().into(),
        photo.small.as_slice().into(),
        photo.width.into(),
        photo.height.into(),
        room.account().into(),
        at.into(),
    ];
    tx.execute(room, &text, &values)?;
    Ok(())
}

/// Takes a photo off a record.
pub(crate) fn remove_photo(
    tx: &mut Tx<'_>,
    room: &Room,
    activity: Uuid,
    id: Uuid,
    at: Timestamp,
) -> db::Result<u64> {
    let text = sql!(
        "update activity_photo set removed_at = $4 \
         where tenant = $1 and activity_id = $2 and id = $3 and removed_at is null"
    );
    tx.execute(room, &text, &[activity.into(), id.into(), at.into()])
}

/// The photos of a record.
pub(crate) fn photos(read: &mut Read<'_>, room: &Room, activity: Uuid) -> db::Result<Vec<Uuid>> {
    let text = sql!(
        "select id from activity_photo where tenant = $1 and activity_id = $2 and removed_at is null \
         order by added_at, id"
    );
    read.all(room, &text, &[activity.into()])
}

/// A photo's bytes: whole or small.
pub(crate) fn photo(
    read: &mut Read<'_>,
    room: &Room,
    (activity, id): (Uuid, Uuid),
    small: bool,
) -> db::Result<Option<Vec<u8>>> {
    let whole = sql!(
        "select jpeg from activity_photo where tenant = $1 and activity_id = $2 and id = $3 and removed_at is null"
    );
    let thumb = sql!(
        "select small from activity_photo where tenant = $1 and activity_id = $2 and id = $3 and removed_at is null"
    );
    read.find(room, if small { &thumb } else { &whole }, &[activity.into(), id.into()])
}
