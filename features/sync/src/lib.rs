//! Work without signal.
//!
//! A phone keeps the pages a person needs, and what they wrote until it has arrived; both are encrypted there with a
//! key that only the person's PIN opens. The phone's part is in `assets/vault.js` (what is kept), `worker.js` (pages
//! without signal) and `outbox.js` (forms without signal); this crate hands out those parts and says which pages a
//! person's phone should keep. What was written arrives as the same forms that a page sends: there is no second way to
//! write. `docs/sync.md` has the protocol and its invariants.

mod pages;

pub use pages::routes;
