//! Registers of issued papers (sổ đăng ký văn bản đi).
//!
//! A number belongs to a *series*: a body of the unit and a year, from 1 to the last of 31 December, without gap and
//! without double (Decree 30/2020/NĐ-CP, Article 15). It is taken in the transaction that issues the paper: when that
//! fails, no number is gone.

mod pages;
mod store;

pub use pages::routes;
pub use store::{Entry, NewEntry, entries, find, take, years};

#[cfg(test)]
mod tests;
