//! The command line. Exit codes: 0 done, 1 refused or failed, 2 misuse.

mod audit;
mod check;
mod credential;
mod explain;
mod logging;
mod matrix;
mod migrate;
mod notices;
mod purge;
mod record;
mod serve;
mod vihf;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use audit::AuditCommand;
pub(crate) use audit::worded;
pub use credential::CredentialCommand;
pub(crate) use credential::{write_private, write_private_bytes};
pub use matrix::MatrixCommand;
pub use notices::NoticesCommand;
pub use record::RecordCommand;
pub(crate) use record::operator;
pub(crate) use serve::stop_signal;
pub use vihf::VihfCommand;

/// An open interoperability gateway for a national shared health record.
#[derive(Debug, Parser)]
#[command(name = "passerelle", version, about)]
pub struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Shows the main job on real input, over real sockets, then leaves the gateway running.
    Demo {
        /// Exit after the last step: 0 only if every step was as expected.
        #[arg(long)]
        once: bool,
    },
    /// Runs the gateway.
    Serve {
        /// The configuration file.
        #[arg(long, global = true, default_value = "passerelle.toml")]
        config: PathBuf,
    },
    /// Runs the gateway with a development issuer and fictitious people, kept in a folder, for integrators.
    Sandbox {
        /// The folder; made at the first start, found again afterwards.
        #[arg(long, default_value = "./sandbox")]
        folder: PathBuf,
        /// Where to listen, said at the first start [default: 127.0.0.1:8443]; port 0 takes a free one.
        #[arg(long)]
        listen: Option<String>,
    },
    /// Makes development certificates, tokens and assertions.
    #[command(subcommand)]
    Credential(CredentialCommand),
    /// Feeds identities, opens, closes, erases and exports records.
    Record {
        /// The configuration file.
        #[arg(long, global = true, default_value = "passerelle.toml")]
        config: PathBuf,
        #[command(subcommand)]
        action: RecordCommand,
    },
    /// Exports what goes to people whom no message reaches.
    Notices {
        /// The configuration file.
        #[arg(long, global = true, default_value = "passerelle.toml")]
        config: PathBuf,
        #[command(subcommand)]
        action: NoticesCommand,
    },
    /// Dry-runs deposits offline and lists every finding: FHIR bundle, SOAP message, CDA.
    Check(check::CheckArguments),
    /// Explains one access decision: every rule that voted, and the clauses that show or hide a document.
    Explain(Box<explain::ExplainArguments>),
    /// Explains an assertion: what it states, and what it disagrees with.
    #[command(subcommand)]
    Vihf(VihfCommand),
    /// Shows, checks and compares the habilitation matrix.
    Matrix {
        #[command(flatten)]
        tables: matrix::Tables,
        #[command(subcommand)]
        action: MatrixCommand,
    },
    /// Verifies and seals the journal; accesses to look at; figures of use.
    Audit {
        /// The configuration file.
        #[arg(long, global = true, default_value = "passerelle.toml")]
        config: PathBuf,
        #[command(subcommand)]
        action: AuditCommand,
    },
    /// Erases the records whose ten years of retention are over; the gateway does so every hour.
    Purge {
        /// The configuration file.
        #[arg(long, default_value = "passerelle.toml")]
        config: PathBuf,
    },
    /// Brings the database to this version's schema.
    Migrate {
        /// The configuration file.
        #[arg(long, global = true, default_value = "passerelle.toml")]
        config: PathBuf,
    },
}

/// Runs a command to its end.
pub async fn run(command: Command) -> ExitCode {
    logging::start(matches!(command.action, Action::Serve { .. } | Action::Sandbox { .. }));
    let result = match command.action {
        Action::Demo { once } => crate::demo::run(once).await,
        Action::Serve { config } => serve::run(&config).await.map(|()| true),
        Action::Sandbox { folder, listen } => {
            crate::sandbox::run(&folder, listen.as_deref()).await.map(|()| true)
        }
        Action::Credential(action) => credential::run(action).map(|()| true),
        Action::Record { config, action } => record::run(&config, action).await,
        Action::Check(arguments) => check::run(&arguments),
        Action::Vihf(action) => vihf::run(action),
        Action::Explain(arguments) => explain::run(&arguments).await,
        Action::Matrix { tables, action } => matrix::run(&tables, action),
        Action::Audit { config, action } => audit::run(&config, action).await,
        Action::Notices { config, action } => notices::run(&config, action).await.map(|()| true),
        Action::Purge { config } => purge::run(&config).await.map(|()| true),
        Action::Migrate { config } => migrate::run(&config).await.map(|()| true),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

/// Says why a command failed.
pub fn failed(error: &anyhow::Error) -> ExitCode {
    say(&format!("passerelle: {error:#}"));
    if error.is::<Misuse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// The command was called with what does not exist: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(pub(crate) String);

/// Writes a line for the person at the terminal, errors of the terminal ignored.
pub(crate) fn say(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
