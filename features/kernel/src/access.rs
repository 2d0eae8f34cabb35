//! Who may do what, where.
//!
//! An account holds [`Grant`]s: *role × unit subtree (× one residential area) × organisation*, valid between two
//! days. The caller's grants of today are its [`Scope`]. Entering a place for an action gives a [`Room`], the proof
//! without which no statement over that place's rows can be written ([`db::Permit`]).

use db::Permit;
use uuid::Uuid;

/// What a person is to the movement. English names as in `docs/permissions.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Head of a residential area, or of its Front committee: writes down what was done there.
    AreaHead,
    /// Movement officer of a line at the commune: records, confirms, reports.
    Officer,
    /// Chair of the commune or of the steering committee: sees, approves.
    Chair,
    /// Staff of the province: sees the communes of the province.
    ProvinceStaff,
    /// Keeps accounts and grants; sees no records.
    Administrator,
    /// Checks who did what; changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 6] =
        [Role::AreaHead, Role::Officer, Role::Chair, Role::ProvinceStaff, Role::Administrator, Role::Auditor];

    /// The stored name.
    pub fn key(self) -> &'static str {
        match self {
            Role::AreaHead => "area_head",
            Role::Officer => "officer",
            Role::Chair => "chair",
            Role::ProvinceStaff => "province_staff",
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
        }
    }

    /// The role of a stored name.
    pub fn from_key(key: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.key() == key)
    }
}

/// What can be done with a place's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// See the unit, its areas and registers.
    SeeUnit,
    /// Keep the registers of the unit: residential areas, households, organisations.
    KeepUnit,
    /// Merge, split and rename communes and move their areas, as the acts of superiors say.
    RearrangeUnits,
    /// See activities, their versions and photos.
    SeeActivities,
    /// Record, correct, send and withdraw activities.
    Record,
    /// Bring in records of the whole unit from sheets.
    Import,
    /// Confirm or return what others recorded.
    Confirm,
    /// See reports and open their figures.
    SeeReports,
    /// Start a report, write its narrative, export it.
    WriteReports,
    /// Freeze a report at its cut-off.
    FreezeReports,
    /// Send a frozen report to the superior.
    SendReports,
    /// Make the figures of a frozen report public, and withdraw them.
    DiscloseReports,
    /// Accept or return what units below sent, and remind them.
    ReceiveReports,
    /// Set yearly targets.
    SetTargets,
    /// Keep accounts and grants.
    ManageAccounts,
    /// See which phones are set up for work without signal, and revoke one that was lost.
    KeepDevices,
    /// Read the audit log.
    SeeAudit,
    /// Add to the catalogue of the unit: by those who work with what it asks and see what a change would do.
    KeepCatalogue,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 18] = [
        Action::SeeUnit,
        Action::KeepUnit,
        Action::RearrangeUnits,
        Action::SeeActivities,
        Action::Record,
        Action::Import,
        Action::Confirm,
        Action::SeeReports,
        Action::WriteReports,
        Action::FreezeReports,
        Action::SendReports,
        Action::DiscloseReports,
        Action::ReceiveReports,
        Action::SetTargets,
        Action::ManageAccounts,
        Action::KeepDevices,
        Action::SeeAudit,
        Action::KeepCatalogue,
    ];
}

/// The permission matrix: the only place that says which role may do what. Printed into `docs/permissions.md`.
pub const fn may(role: Role, action: Action) -> bool {
    use Action as A;
    use Role as R;
    matches!(
        (role, action),
        (_, A::SeeUnit)
            | (
                R::AreaHead,
                A::SeeActivities
                    | A::Record
                    | A::SeeReports
                    | A::WriteReports
                    | A::FreezeReports
                    | A::SendReports
            )
            | (
                R::Officer,
                A::KeepUnit
                    | A::SeeActivities
                    | A::Record
                    | A::Import
                    | A::Confirm
                    | A::SeeReports
                    | A::WriteReports
                    | A::FreezeReports
                    | A::SendReports
                    | A::DiscloseReports
                    | A::ReceiveReports
                    | A::SetTargets
                    | A::KeepDevices
                    | A::KeepCatalogue
            )
            | (
                R::Chair,
                A::SeeActivities
                    | A::SeeReports
                    | A::FreezeReports
                    | A::SendReports
                    | A::DiscloseReports
                    | A::SetTargets
            )
            | (
                R::ProvinceStaff,
                A::RearrangeUnits
                    | A::SeeActivities
                    | A::SeeReports
                    | A::ReceiveReports
                    | A::SetTargets
                    | A::KeepCatalogue
            )
            | (R::Administrator, A::KeepUnit | A::ManageAccounts | A::KeepDevices)
            | (R::Auditor, A::SeeActivities | A::SeeReports | A::SeeAudit)
    )
}

/// The line of superiors an organisation belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// Công an.
    Police,
    /// Mặt trận Tổ quốc.
    Front,
    /// Ủy ban nhân dân.
    Government,
    /// Đoàn thể, tổ chức thành viên.
    Union,
}

impl Line {
    /// Every line.
    pub const ALL: [Line; 4] = [Line::Police, Line::Front, Line::Government, Line::Union];

    /// The stored name, also the value of the slice `line:…`.
    pub fn key(self) -> &'static str {
        match self {
            Line::Police => "police",
            Line::Front => "front",
            Line::Government => "government",
            Line::Union => "union",
        }
    }

    /// The line of a stored name.
    pub fn from_key(key: &str) -> Option<Line> {
        Line::ALL.into_iter().find(|line| line.key() == key)
    }
}

/// A unit as an address of rights: its tenant key and its path from the country down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Internal id of the unit, also the tenant of its rows.
    pub tenant: String,
    /// Ids from the country to the unit, each followed by `/`: `vn/p25-20250701/c05089-20250701/`.
    pub path: String,
    /// The official code that addresses the unit today.
    pub code: String,
    /// Full name: `xã Cao Phong`.
    pub name: String,
}

/// One right of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// As what.
    pub role: Role,
    /// Path of the unit whose subtree it covers.
    pub path: String,
    /// The one residential area it covers, for an area head.
    pub area: Option<Uuid>,
    /// The line on whose behalf the person works.
    pub line: Option<Line>,
}

/// Everything the caller may do today.
#[derive(Debug, Clone)]
pub struct Scope {
    account: String,
    grants: Vec<Grant>,
}

/// The caller may not do this here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not permitted")]
pub struct Denied;

/// Which residential areas of a place a room covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Areas {
    /// All of them.
    All,
    /// Only these.
    Only(Vec<Uuid>),
}

/// Proof that the caller may do an action in one place.
#[derive(Debug, Clone)]
pub struct Room {
    tenant: String,
    account: String,
    areas: Areas,
    /// The line of each right that fits; none for one that is bound to no line.
    lines: Vec<Option<Line>>,
}

impl Scope {
    /// The scope of an account with the grants that are valid today.
    pub fn of(account: impl Into<String>, grants: Vec<Grant>) -> Scope {
        Scope { account: account.into(), grants }
    }

    /// The scope of a task of the program itself (`verify`, `demo`): every place, under a name the audit log shows.
    pub fn system(task: &str) -> Scope {
        let grants = Role::ALL.map(|role| Grant { role, path: String::new(), area: None, line: None }).into();
        Scope { account: format!("system:{task}"), grants }
    }

    /// The account, as the audit log names it.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The grants.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Enters a place to do something there.
    pub fn enter(&self, place: &Place, action: Action) -> Result<Room, Denied> {
        let fitting: Vec<&Grant> = self
            .grants
            .iter()
            .filter(|grant| may(grant.role, action) && place.path.starts_with(&grant.path))
            .collect();
        if fitting.is_empty() {
            return Err(Denied);
        }
        let areas = match fitting.iter().map(|grant| grant.area).collect::<Option<Vec<Uuid>>>() {
            Some(only) => Areas::Only(only),
            None => Areas::All,
        };
        let lines = fitting.iter().map(|grant| grant.line).collect();
        Ok(Room { tenant: place.tenant.clone(), account: self.account.clone(), areas, lines })
    }

    /// Whether [`enter`](Scope::enter) would succeed; for what a page offers.
    pub fn can(&self, place: &Place, action: Action) -> bool {
        self.enter(place, action).is_ok()
    }

    /// Enters the room of a superior from a unit below it, for what that unit hands up: who may do the action in the
    /// unit may reach the unit's own rows there. Statements in this room name the unit.
    pub fn enter_above(&self, below: &Place, superior: &Place, action: Action) -> Result<Room, Denied> {
        let room = self.enter(below, action)?;
        if !below.path.starts_with(&superior.path) {
            return Err(Denied);
        }
        Ok(Room { tenant: superior.tenant.clone(), ..room })
    }

    /// A room of the scope's own account rows (sign-in, sessions): the tenant that keeps the account.
    pub fn own(&self, tenant: &str) -> Room {
        Room {
            tenant: tenant.to_owned(),
            account: self.account.clone(),
            areas: Areas::Only(vec![]),
            lines: vec![],
        }
    }
}

/// Reference tables (units, catalogue) need only that somebody asks.
impl Permit for Scope {
    fn tenant(&self) -> Option<&str> {
        None
    }
}

impl Room {
    /// The account, as the audit log names it.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The tenant whose rows the room holds.
    pub fn tenant_key(&self) -> &str {
        &self.tenant
    }

    /// The residential areas the room covers.
    pub fn areas(&self) -> &Areas {
        &self.areas
    }

    /// The line on whose behalf the caller works here, if it is one.
    pub fn line(&self) -> Option<Line> {
        self.lines.iter().copied().flatten().next()
    }

    /// Whether the caller works here for this line by name.
    pub fn works_for(&self, line: Line) -> bool {
        self.lines.contains(&Some(line))
    }

    /// Whether the caller may work here for a line: a right that is bound to no line fits every line, and work of no
    /// line is everybody's.
    pub fn serves(&self, line: Option<Line>) -> bool {
        line.is_none() || self.lines.contains(&None) || self.lines.contains(&line)
    }

    /// The room for work of one residential area; without one, of the whole unit, which a room of single areas is not.
    pub fn narrowed(&self, area: Option<Uuid>) -> Result<Room, Denied> {
        match (area, &self.areas) {
            (Some(area), _) => {
                self.covers(area)?;
                Ok(Room { areas: Areas::Only(vec![area]), ..self.clone() })
            }
            (None, Areas::All) => Ok(self.clone()),
            (None, Areas::Only(_)) => Err(Denied),
        }
    }

    /// Whether the room covers a residential area.
    pub fn covers(&self, area: Uuid) -> Result<(), Denied> {
        match &self.areas {
            Areas::All => Ok(()),
            Areas::Only(only) if only.contains(&area) => Ok(()),
            Areas::Only(_) => Err(Denied),
        }
    }
}

impl Permit for Room {
    fn tenant(&self) -> Option<&str> {
        Some(&self.tenant)
    }
}

/// A statement without a permit does not compile:
///
/// ```compile_fail,E0061
/// fn count(q: &mut db::Read<'_>) -> db::Result<i64> {
///     q.one(&db::sql!("select count(*) from audit where tenant = $1"), &[])
/// }
/// ```
///
/// nor with something that is not one:
///
/// ```compile_fail,E0277
/// fn count(q: &mut db::Read<'_>) -> db::Result<i64> {
///     q.one(&"05089", &db::sql!("select count(*) from audit where tenant = $1"), &[])
/// }
/// ```
///
/// while with a room it does:
///
/// ```
/// fn count(q: &mut db::Read<'_>, room: &kernel::Room) -> db::Result<i64> {
///     q.one(room, &db::sql!("select count(*) from audit where tenant = $1"), &[])
/// }
/// ```
#[cfg(doctest)]
struct NoStatementWithoutPermit;

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Place {
        Place { tenant: path.into(), path: path.into(), code: String::new(), name: String::new() }
    }

    fn grant(role: Role, path: &str, area: Option<Uuid>) -> Grant {
        Grant { role, path: path.into(), area, line: None }
    }

    #[test]
    fn a_grant_covers_its_subtree_only() {
        let scope = Scope::of("a", vec![grant(Role::ProvinceStaff, "vn/p25/", None)]);
        assert!(scope.can(&place("vn/p25/c1/"), Action::SeeReports));
        assert!(!scope.can(&place("vn/p2/c1/"), Action::SeeReports));
        assert!(!scope.can(&place("vn/"), Action::SeeReports));
        assert!(!scope.can(&place("vn/p25/c1/"), Action::Record));
    }

    #[test]
    fn a_prefix_of_a_name_is_not_a_subtree() {
        let scope = Scope::of("a", vec![grant(Role::Officer, "vn/p2/", None)]);
        assert!(!scope.can(&place("vn/p25/c1/"), Action::Record));
    }

    #[test]
    fn an_area_head_covers_one_area() {
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let scope = Scope::of("a", vec![grant(Role::AreaHead, "vn/p25/c1/", Some(mine))]);
        let room = scope.enter(&place("vn/p25/c1/"), Action::Record).unwrap();
        assert_eq!(room.covers(mine), Ok(()));
        assert_eq!(room.covers(other), Err(Denied));
        assert!(room.narrowed(Some(mine)).is_ok());
        assert!(room.narrowed(Some(other)).is_err() && room.narrowed(None).is_err());
    }

    #[test]
    fn an_officer_who_also_heads_an_area_sees_the_whole_commune() {
        let area = Some(Uuid::from_u128(1));
        let grants = vec![grant(Role::AreaHead, "vn/c1/", area), grant(Role::Officer, "vn/c1/", None)];
        let room = Scope::of("a", grants).enter(&place("vn/c1/"), Action::SeeActivities).unwrap();
        assert_eq!(room.areas(), &Areas::All);
    }

    #[test]
    fn a_right_of_a_line_serves_that_line_and_one_of_none_serves_all() {
        let bound = |line| Grant { line, ..grant(Role::Officer, "vn/c1/", None) };
        let room = |grants| Scope::of("a", grants).enter(&place("vn/c1/"), Action::SendReports).unwrap();
        let police = room(vec![bound(Some(Line::Police))]);
        assert!(
            police.serves(Some(Line::Police)) && police.serves(None) && !police.serves(Some(Line::Front))
        );
        let both = room(vec![bound(Some(Line::Police)), bound(None)]);
        assert!(
            both.serves(Some(Line::Front)) && !both.works_for(Line::Front) && both.works_for(Line::Police)
        );
    }

    #[test]
    fn a_room_above_is_that_of_a_superior_and_of_what_may_be_done_below() {
        let scope = Scope::of("a", vec![grant(Role::Officer, "vn/p25/c1/", None)]);
        let (commune, province) = (place("vn/p25/c1/"), place("vn/p25/"));
        assert!(!scope.can(&province, Action::SendReports));
        let room = scope.enter_above(&commune, &province, Action::SendReports).unwrap();
        assert_eq!(room.tenant_key(), "vn/p25/");
        assert!(scope.enter_above(&commune, &place("vn/p2/"), Action::SendReports).is_err());
        assert!(scope.enter_above(&commune, &province, Action::ManageAccounts).is_err());
        assert!(scope.enter_above(&place("vn/p25/c2/"), &province, Action::SendReports).is_err());
    }

    #[test]
    fn the_administrator_sees_no_records() {
        assert!(!may(Role::Administrator, Action::SeeActivities));
        assert!(!may(Role::Administrator, Action::SeeReports));
    }
}
