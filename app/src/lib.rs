//! Chung Sức: the capabilities put together, the demo data, the command line.

pub mod bench;
pub mod commands;
pub mod demo;
pub mod product;
