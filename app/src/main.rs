//! `chungsuc`: see `chungsuc --help`.

use std::process::ExitCode;

use clap::Parser;

/// Also what the embedded store, which is not Rust, allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    chungsuc::commands::run(chungsuc::commands::Cli::parse())
}
