//! `passerelle`: the gateway and its tools.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let command = server::commands::Command::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return server::commands::failed(&anyhow::Error::new(error)),
    };
    runtime.block_on(server::commands::run(command))
}
