//! `passerelle purge`.

use std::path::Path;

use journey::Clock as _;

use super::say;
use crate::config::Config;
use crate::gateway;
use crate::outside::SystemClock;

pub(super) async fn run(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file, std::env::vars())?;
    let store = gateway::open_store(&config).await?;
    let erased = store.purge(SystemClock.now()).await;
    store.close().await;
    let erased = erased.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    say(&format!("{erased} records erased"));
    Ok(())
}
