//! `passerelle audit verify`.

use std::path::Path;

use journey::{JournalReport, Store as _};

use crate::config::Config;
use crate::gateway;

pub(super) async fn verify(file: &Path) -> anyhow::Result<bool> {
    let config = Config::load(file, std::env::vars())?;
    let store = gateway::open_store(&config).await?;
    let report = store.verify_journal().await.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    store.close().await;
    super::say(&worded(&report));
    Ok(report.broken.is_empty())
}

/// The report in a few lines.
pub(crate) fn worded(report: &JournalReport) -> String {
    let mut lines = vec![format!("{} events sound, {} lawfully erased", report.sound, report.erased)];
    lines.extend(report.broken.iter().map(|broken| format!("BROKEN: {broken}")));
    lines.join("\n")
}
