//! `chungsuc`: see `chungsuc --help`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    chungsuc::commands::run(chungsuc::commands::Cli::parse())
}
