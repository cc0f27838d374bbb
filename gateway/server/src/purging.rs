//! Erasing what was kept ten years, while the gateway runs: at its start and every hour.

use std::time::Duration;

use journey::Clock as _;
use store::SqliteStore;
use tokio::sync::watch;

use crate::outside::SystemClock;

/// Between two purges.
const EVERY: Duration = Duration::from_secs(3600);

/// Purges until told to stop.
pub async fn run(store: &SqliteStore, mut stopped: watch::Receiver<bool>) {
    loop {
        match store.purge(SystemClock.now()).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "records whose retention is over were erased"),
            Err(fault) => {
                tracing::error!(cause = fault.cause, "records whose retention is over were not erased")
            }
        }
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
