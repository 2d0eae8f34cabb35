//! Why a change of accounts was refused.

use kernel::Denied;

use crate::Weak;

/// Why a change of accounts was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Not in the keeper's subtree.
    #[error("not permitted")]
    Denied(#[from] Denied),
    /// No such account, grant or session here.
    #[error("there is no such account, grant or session here")]
    Missing,
    /// The account was closed.
    #[error("the account is closed")]
    Closed,
    /// The person's name is empty, longer than 100 characters, or holds an identity or telephone number.
    #[error("a name has 1 to 100 characters and no identity or telephone number")]
    Name,
    /// The sign-in name has another shape.
    #[error(
        "a sign-in name has 3 to 40 of a-z, 0-9, '.', '-', '_', at least one letter, and no telephone number"
    )]
    SignInShape,
    /// Somebody has or had this sign-in name.
    #[error("this sign-in name is taken")]
    SignInTaken,
    /// The role does not exist at a unit of this level.
    #[error("this role is not given at a unit of this level")]
    RoleElsewhere,
    /// An area head needs a residential area, and nobody else has one.
    #[error("an area head, and only an area head, needs a residential area of the unit")]
    Area,
    /// An officer works for a line.
    #[error("an officer needs a line")]
    Line,
    /// The last day lies before the first.
    #[error("the last day lies before the first")]
    Days,
    /// Nobody changes the own rights.
    #[error("nobody changes the own rights or closes the own account")]
    OwnAccount,
    /// The account has rights beyond the keeper's subtree; only a keeper up there may touch it.
    #[error("the account has rights beyond the keeper's units")]
    Wider,
    /// The password given as proof is not the account's.
    #[error("the present password is not right")]
    WrongPassword,
    /// The new password is easy to guess.
    #[error(transparent)]
    Weak(#[from] Weak),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] db::Error),
    /// The machine gives no random numbers, or a password could not be hashed.
    #[error("{0}")]
    Broken(String),
}

impl Refusal {
    /// The field of the form it is about and the key of the text that says what to do; `None` when it is no problem
    /// of a form.
    pub fn problem(&self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Refusal::Name => ("name", "accounts-problem-name"),
            Refusal::SignInShape => ("sign_in", "accounts-problem-sign-in-shape"),
            Refusal::SignInTaken => ("sign_in", "accounts-problem-sign-in-taken"),
            Refusal::RoleElsewhere => ("role", "accounts-problem-role"),
            Refusal::Area => ("area", "accounts-problem-area"),
            Refusal::Line => ("line", "accounts-problem-line"),
            Refusal::Days => ("valid_to", "accounts-problem-days"),
            Refusal::OwnAccount => ("account", "accounts-problem-own-account"),
            Refusal::Wider => ("account", "accounts-problem-wider"),
            Refusal::Closed => ("account", "accounts-problem-closed"),
            Refusal::WrongPassword => ("current", "accounts-problem-wrong-password"),
            Refusal::Weak(weak) => ("password", weak.key()),
            Refusal::Denied(_) | Refusal::Missing | Refusal::Store(_) | Refusal::Broken(_) => return None,
        })
    }
}

impl From<Refusal> for kernel::Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Denied(denied) => denied.into(),
            Refusal::Missing => kernel::Error::NotFound,
            Refusal::Store(error) => error.into(),
            Refusal::Broken(text) => kernel::Error::Internal(text),
            other => match other.problem() {
                Some((_, key)) => kernel::Error::Refused(key.to_owned()),
                None => kernel::Error::Internal(other.to_string()),
            },
        }
    }
}
