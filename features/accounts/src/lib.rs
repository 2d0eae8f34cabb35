//! Accounts, grants, sign-in and sessions.
//!
//! Whoever keeps accounts enters a place with [`Keeper::enter`] and does everything through it; people do what
//! concerns themselves ([`own`]) and come in through [`sign_in`]. [`Accounts`] tells the web kit who holds a session.
//! The first administrator of an instance is made on the command line, with a `Keeper` of `Scope::system`.

mod gate;
mod keep;
pub mod own;
mod pages;
mod places;
mod refusal;
mod secret;
mod sign_in;
#[cfg(test)]
mod tests;

pub use gate::Accounts;
pub use keep::{Account, Found, GrantRow, Keeper, NewAccount, NewGrant, find, names, roles_at};
pub use own::SessionRow;
pub use pages::{device_words, first_page, routes};
pub use refusal::Refusal;
pub use secret::{Hash, Password, Weak};
pub use sign_in::{Attempt, SignInError, SignedIn, sign_in};

/// The pseudo-tenant of what must be found before the tenant is known.
const DIRECTORY: &str = "@";
