//! What is cleaned up while the gateway runs, at its start and every hour: records kept ten years are erased, documents
//! that were put aside for a deposit that never came to its end are destroyed.

use std::time::Duration;

use journey::Clock as _;
use store::SqliteStore;
use tokio::sync::watch;

use crate::outside::SystemClock;

/// Between two times.
const EVERY: Duration = Duration::from_secs(3600);

/// Cleans up until told to stop.
pub async fn run(store: &SqliteStore, mut stopped: watch::Receiver<bool>) {
    loop {
        match store.purge(SystemClock.now()).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "records whose retention is over were erased"),
            Err(fault) => {
                tracing::error!(cause = fault.cause, "records whose retention is over were not erased")
            }
        }
        match store.sweep().await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "documents that were put aside and left were destroyed"),
            Err(fault) => {
                tracing::error!(cause = fault.cause, "documents put aside and left were not destroyed")
            }
        }
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
