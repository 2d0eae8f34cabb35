//! Chung Sức.
fn main() {}
