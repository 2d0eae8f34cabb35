//! Accounts, grants, sign-in and sessions.
