//! Figures made public (công khai): what a unit shows everybody of a frozen report.
//!
//! A disclosure is a copy: the tables of the report as somebody outside the unit sees them, small numbers of people
//! hidden with whatever would give one away beside what else the unit has made public; in both languages, without texts,
//! areas or names. It is made when the unit decides so and reads no report afterwards; an account is needed for deciding,
//! none for reading. A public page reads this capability's one table and nothing else, is the same for whoever asks, and
//! may be kept by every proxy for a minute.
//!
//! | File | Holds |
//! |---|---|
//! | `model` | what the public sees of a report; states; refusals |
//! | `store` | one function per statement |
//! | `actions` | make public, withdraw |
//! | `pages` | deciding; the public pages, and copies of them as they are sent |

mod actions;
mod model;
mod pages;
mod store;

pub use actions::{disclose, withdraw};
pub use model::{Content, Disclosure, Refused, State, content, heading};
pub use pages::{Kept, routes};
