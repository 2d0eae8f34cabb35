//! Ground floor: who, when, in which language, with which scope; the web kit; the audit log.
//!
//! It knows no capability. Capabilities import it; what it needs from one (who holds this session?) is handed in by
//! the program as a function ([`Gate`]).

pub mod access;
pub mod audit;
mod clock;
pub mod http;
mod measures;
pub mod spreadsheet;
mod texts;

pub use access::{Action, Areas, Denied, Grant, Line, Place, Role, Room, Scope};
pub use clock::{Clock, Ids, local_day};
pub use http::{App, Caller, Cx, Error, Gate, Result};
pub use measures::{count, register};
pub use texts::{Arg, Texts};
pub use vietnamese::Lang;
