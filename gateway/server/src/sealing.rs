//! Sealing the journal while the gateway runs: at the interval, and once at an orderly end.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use journey::Clock as _;
use store::{Seal, SealError, SealingKey, SqliteStore};
use tokio::sync::watch;

use crate::config::AuditConfig;
use crate::outside::SystemClock;

/// The key, the file and the interval.
#[derive(Debug)]
pub struct Sealing {
    key: SealingKey,
    roots: PathBuf,
    every: Duration,
}

impl Sealing {
    /// Reads the signing key, made when absent.
    pub fn load(config: &AuditConfig) -> anyhow::Result<Self> {
        Ok(Sealing {
            key: SealingKey::load_or_create(&config.signing_key).context("audit.signing_key")?,
            roots: config.roots.clone(),
            every: Duration::from_secs(u64::from(config.seal_every_minutes) * 60),
        })
    }

    /// Seals now.
    pub async fn seal(&self, store: &SqliteStore) -> Result<Seal, SealError> {
        store.seal(&self.key, &self.roots, SystemClock.now()).await
    }

    /// Seals whenever the interval is over, until told to stop. The first time as soon as the last root is old
    /// enough, so that restarts do not put sealing off for ever.
    pub async fn run(&self, store: &SqliteStore, mut stopped: watch::Receiver<bool>) {
        let mut wait = self.until_due(store).await;
        loop {
            let due = tokio::select! {
                () = told(&mut stopped) => false,
                () = tokio::time::sleep(wait) => true,
            };
            if !due {
                return;
            }
            self.seal_and_log(store).await;
            wait = self.every;
        }
    }

    /// Seals, and logs how it went: a gateway serves on when its journal cannot be sealed, and says so loudly.
    pub async fn seal_and_log(&self, store: &SqliteStore) {
        match self.seal(store).await {
            Ok(Seal { made: 0, held_back: 0, .. }) => {}
            Ok(Seal { root, made, events, held_back: 0 }) => {
                tracing::info!(root, made, events, "the journal is sealed");
            }
            Ok(Seal { root, held_back, .. }) => tracing::error!(
                root,
                held_back,
                "lanes of the journal contradict what was sealed: run `passerelle audit verify`"
            ),
            Err(error) => tracing::error!(%error, "the journal was not sealed"),
        }
    }

    async fn until_due(&self, store: &SqliteStore) -> Duration {
        let Ok(Some(last)) = store.last_seal().await else { return Duration::ZERO };
        let passed = SystemClock.now().0.saturating_sub(last.0);
        self.every.saturating_sub(Duration::from_micros(u64::try_from(passed).unwrap_or(0)))
    }
}

async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
