//! `passerelle serve`.

use std::path::Path;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::gateway::Gateway;

pub(super) async fn run(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file, std::env::vars())?;
    let stopped = stop_signal()?;
    let gateway = Gateway::start(&config).await?;
    tracing::info!(listen = %gateway.address, management = %gateway.management, "listening");
    stopped.await;
    tracing::info!("stopping: open requests may finish");
    gateway.stop().await
}

/// SIGTERM or SIGINT, heard from this call on: a program says that it listens only afterwards, so that whoever reads
/// that may stop it at once.
pub(crate) fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
