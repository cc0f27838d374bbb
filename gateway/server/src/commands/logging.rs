//! Structured logs on standard error: JSON lines for the server, quiet for the tools. What may be logged is
//! decided where it is logged: never an INS, a name, a token or content.

use tracing_subscriber::EnvFilter;

pub(super) fn start(server: bool) {
    let fallback = if server { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("PASSERELLE_LOG").unwrap_or_else(|_| EnvFilter::new(fallback));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second initialisation (a test) is no error worth a word.
    let _ = if server { logs.json().try_init() } else { logs.try_init() };
}
