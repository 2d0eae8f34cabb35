//! Reports on their way up (gửi báo cáo): a frozen report is *sent* to the superior, *returned* with a reason or
//! *accepted*; what was returned is amended and sent again. A residential area sends to its commune, a commune to its
//! province.
//!
//! A submission is one of a sender, a form and a period, whatever number of reports it takes. Its row stands with the
//! body that *receives*: the board of a province over its communes reads one tenant. The sender reaches its own rows
//! there through [`kernel::Scope::enter_above`].
//!
//! | File | Holds |
//! |---|---|
//! | `model` | submission, its states, what may follow what, refusals |
//! | `store` | one function per statement |
//! | `actions` | send, decide, remind |
//! | `duties` | what is due when, and how it stands: derived when it is read |
//! | `pages` | one submission, what a unit owes, what a body received, the board |

mod actions;
mod duties;
mod model;
mod pages;
mod store;

pub use actions::{Verdict, Way, decide, remind, send, way};
pub use duties::{Duty, Standing, duties, standing};
pub use model::{Key, Refused, State, Submission};
pub use pages::routes;
