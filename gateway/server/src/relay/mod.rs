//! The relay: from the outbox to rest-hooks and mailboxes, at least once, under ids that never change.
//!
//! One step reads what is due, sends it, and reports all of it in one transaction. Endpoints are served side by
//! side, each in order and only until it fails once: one that does not answer holds up nobody else. What was sent
//! and not reported is sent again with the same id.

pub mod audit;
mod bundle;
mod errand;
mod hook;
mod mail;
mod pace;
mod roots;
mod round;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;
use std::time::Duration;

use journey::{Clock, Desk, Fault, Ids, Mailroom, Report, Store};
use mappings::{Language, Mappings};
use model::Moment;
use tokio::sync::watch;

use crate::config::{MessageLanguage, NotificationsConfig};
use crate::http::App;

pub use hook::{Hooks, NOTICE_ID, allowed_origins};
pub use mail::Mailer;
pub use words::Words;

use round::Round;

/// Messages and handshakes of one step, each, at the most.
pub const BATCH: u32 = 64;
/// How often the outbox is looked at.
const INTERVAL: Duration = Duration::from_secs(2);

/// What notices are sent with.
#[derive(Debug)]
pub struct Relay {
    /// Rest-hooks.
    pub hooks: Hooks,
    /// Messages, when a mail server is configured.
    pub mail: Option<Mailer>,
    /// What messages say.
    pub words: Words,
    /// The base of the FHIR door.
    pub base: String,
}

impl Relay {
    /// The relay of a configuration. The error names the key.
    pub fn of(own: &NotificationsConfig, public_url: &str, mappings: Arc<Mappings>) -> anyhow::Result<Self> {
        let language = match own.language {
            MessageLanguage::Fr => Language::French,
            MessageLanguage::En => Language::English,
        };
        Ok(Relay {
            hooks: Hooks::of(own)?,
            mail: Mailer::of(own)?,
            words: Words { mappings, language, link: own.link.clone() },
            base: format!("{}/fhir", public_url.trim_end_matches('/')),
        })
    }

    /// Sends what is due and reports it; how many reports there were.
    pub async fn step<S: Store, C: Clock, I: Ids>(
        self: &Arc<Self>,
        desk: &Desk<S, C, I>,
    ) -> Result<usize, Fault> {
        let now = desk.clock.now();
        let reports = self.send(&desk.store, now).await?;
        let count = reports.len();
        if count > 0 {
            desk.store.report(reports, now).await?;
        }
        Ok(count)
    }

    /// Sends what is due; what must be reported of it.
    pub async fn send<S: Mailroom>(self: &Arc<Self>, store: &S, now: Moment) -> Result<Vec<Report>, Fault> {
        let handshakes = store.due_handshakes(now, BATCH).await?;
        let due = store.due_notices(now, BATCH).await?;
        let mut round = Round::new(handshakes, due, now);
        let errands = round.errands(self);
        round.end(errand::run_all(self, errands).await);
        Ok(round.reports())
    }

    /// Works until told to stop. A failure of ours is logged and tried again.
    pub async fn run<S: Store, C: Clock, I: Ids>(
        self: Arc<Self>,
        app: Arc<App<S, C, I>>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => return,
                _ = ticks.tick() => {}
            }
            // A step that is cut short is done again under the same ids.
            let stepped = tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => return,
                stepped = self.step(&app.desk) => stepped,
            };
            match stepped {
                Ok(0) => {}
                Ok(reports) => tracing::info!(reports, "relayed"),
                Err(fault) => tracing::error!(cause = fault.cause, "the relay failed"),
            }
        }
    }
}
