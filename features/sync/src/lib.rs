//! Work without signal.
//!
//! A phone keeps the pages a person needs, and what they wrote until it has arrived; both are encrypted there with a
//! key that only the person's PIN opens. The phone's part is in `assets/vault.js` (what is kept), `worker.js` (pages
//! without signal) and `outbox.js` (forms without signal). This crate hands out those parts, and answers an exchange:
//! forms that waited go in, what became of each and what changed since comes back. The forms are the ones that pages
//! send, put to the same handlers: there is no second way to write. Phones that were set up are known, and one that was
//! lost is revoked. `docs/sync.md` has the protocol and its invariants.

mod devices;
mod model;
mod pages;
mod store;

pub use pages::{Forms, routes};
