//! `passerelle migrate`.

use std::path::Path;

use crate::config::Config;
use crate::gateway;

pub(super) async fn run(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file, std::env::vars())?;
    let store = gateway::open_store(&config).await?;
    store.close().await;
    super::say("the schema is up to date");
    Ok(())
}
