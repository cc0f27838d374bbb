//! ITI-20 towards an audit record repository: from the store's queue over one TLS connection, in the order of commits, at
//! least once.
//!
//! Syslog over TLS has no acknowledgement. What was flushed is therefore marked as sent one step later, and only if the
//! connection still stands then; if it was closed meanwhile, the same messages go out again over the next one. Nobody
//! waits for the repository: a transaction ends with its event in the queue.

mod collector;
mod figures;
mod own_events;
#[cfg(test)]
mod tests;
mod wires;

use std::sync::Arc;
use std::time::Duration;

use ihe::iti20::{self, AuditSource, OwnEvent};
use journey::{AuditEntry, Clock, Fault, Ids};
use mappings::Mappings;
use model::Moment;
use store::SqliteStore;
use tokio::sync::watch;

use super::pace;
use crate::config::AuditConfig;
use crate::http::App;

pub use figures::AuditFigures;
pub use own_events::OwnEvents;
pub use wires::Wires;

use collector::{Collector, Line};

/// Events read at one time.
const PAGE: u32 = 64;
/// Pages of one step at the most.
const PAGES: usize = 32;
/// How often the queue is looked at.
const INTERVAL: Duration = Duration::from_secs(2);

/// The feed of one repository.
#[derive(Debug)]
pub struct AuditFeed {
    source: AuditSource,
    mappings: Arc<Mappings>,
    collector: Collector,
}

/// What is known of the repository from one step to the next.
#[derive(Default)]
pub struct Standing {
    line: Option<Line>,
    /// Flushed in the step before, over this line, and not yet marked.
    unsettled: Vec<i64>,
    /// The requests of those.
    told: Vec<String>,
    failures: u32,
    not_before: Option<Moment>,
}

/// What a feed works with.
pub struct Sources<'a, C, I> {
    /// The queue.
    pub store: &'a SqliteStore,
    /// What the gateway says of itself.
    pub own: &'a OwnEvents,
    /// What is remembered of requests.
    pub wires: &'a Wires,
    /// Counters.
    pub figures: &'a AuditFigures,
    /// Now.
    pub clock: &'a C,
    /// Ids of the gateway's own events.
    pub ids: &'a I,
}

impl AuditFeed {
    /// The feed of a configuration; `None` if it names no repository. The error names the key.
    pub fn of(
        config: &AuditConfig,
        public_url: &str,
        repository: &str,
        mappings: Arc<Mappings>,
    ) -> anyhow::Result<Option<Self>> {
        let collector = Collector::of(config)?;
        let source = AuditSource {
            id: config.source.clone(),
            site: config.site.clone(),
            public_url: public_url.trim_end_matches('/').to_owned(),
            process: std::process::id(),
            repository: repository.to_owned(),
        };
        Ok(collector.map(|collector| AuditFeed { source, mappings, collector }))
    }

    /// Marks what the step before sent, then sends what waits; how many messages. A repository that fails is left alone
    /// for a growing while, and what waits stays on the disk.
    pub async fn step<C: Clock, I: Ids>(
        &self,
        standing: &mut Standing,
        with: &Sources<'_, C, I>,
    ) -> Result<usize, Fault> {
        let now = with.clock.now();
        if !standing.settle(with.store, with.wires, now).await? {
            with.figures.failed();
            tracing::warn!("the audit repository closed the connection: the last messages are sent again");
        }
        if standing.not_before.is_some_and(|until| until > now) {
            with.figures.waits(with.store.audit_backlog().await?);
            return Ok(0);
        }
        let sent = match self.send(standing, with).await {
            Ok(sent) => sent,
            Err(Trouble::Ours(fault)) => return Err(fault),
            Err(Trouble::Theirs(error)) => {
                standing.failed(now);
                with.figures.failed();
                let (waiting, failures) = (with.store.audit_backlog().await?, standing.failures);
                tracing::warn!(reason = %error, waiting, failures, "the audit repository failed");
                0
            }
        };
        with.figures.waits(with.store.audit_backlog().await?);
        Ok(sent)
    }

    /// Works until told to stop; then says so to the repository, if it listens.
    pub async fn run<C: Clock, I: Ids>(
        self,
        app: Arc<App<SqliteStore, C, I>>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let desk = &app.desk;
        let (own, wires, figures) = (&app.own_events, &app.wires, &app.metrics.audit);
        let with = Sources { store: &desk.store, own, wires, figures, clock: &desk.clock, ids: &desk.ids };
        own.note(OwnEvent::Started, desk.clock.now());
        let mut standing = Standing::default();
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => break,
                _ = ticks.tick() => {}
            }
            match self.step(&mut standing, &with).await {
                Ok(0) => {}
                Ok(messages) => tracing::debug!(messages, "sent to the audit repository"),
                Err(fault) => tracing::error!(cause = fault.cause, "the audit feed failed"),
            }
        }
        own.note(OwnEvent::Stopped, desk.clock.now());
        if let Err(fault) = self.end(standing, &with).await {
            tracing::error!(cause = fault.cause, "the audit feed failed");
        }
    }

    /// The last step, and an orderly end of the connection.
    pub async fn end<C: Clock, I: Ids>(
        &self,
        mut standing: Standing,
        with: &Sources<'_, C, I>,
    ) -> Result<(), Fault> {
        self.step(&mut standing, with).await?;
        let Some(line) = standing.line else { return Ok(()) };
        if line.close().await {
            with.store.audit_sent(standing.unsettled).await?;
        }
        Ok(())
    }

    async fn send<C: Clock, I: Ids>(
        &self,
        standing: &mut Standing,
        with: &Sources<'_, C, I>,
    ) -> Result<usize, Trouble> {
        let mut sent = self.send_own(standing, with).await?;
        let mut after = 0;
        for _ in 0..PAGES {
            let due = with.store.audit_due(after, PAGE).await.map_err(Trouble::Ours)?;
            let Some(last) = due.last() else { break };
            after = last;
            if !due.gone.is_empty() {
                tracing::warn!(events = due.gone.len(), "events erased or unreadable before they were sent");
                with.store.audit_sent(due.gone).await.map_err(Trouble::Ours)?;
            }
            let (frames, messages) = self.frames(&due.entries, with.wires);
            if !frames.is_empty() {
                self.line(standing).await?.send(&frames).await.map_err(Trouble::Theirs)?;
            }
            standing.unsettled.extend(due.entries.iter().map(|entry| entry.position));
            standing.told.extend(due.entries.iter().map(|entry| entry.line.request.clone()));
            with.figures.sent(messages);
            sent += messages;
        }
        Ok(sent)
    }

    async fn send_own<C: Clock, I: Ids>(
        &self,
        standing: &mut Standing,
        with: &Sources<'_, C, I>,
    ) -> Result<usize, Trouble> {
        let waiting = with.own.waiting();
        if waiting.is_empty() {
            return Ok(0);
        }
        let written = waiting.iter().filter_map(|(at, event)| {
            let message = event.message(&self.mappings, &self.source, with.ids.uuid(), *at);
            iti20::frame(&self.source, *at, &message)
        });
        let frames = written.collect::<Vec<_>>().concat();
        self.line(standing).await?.send(&frames).await.map_err(Trouble::Theirs)?;
        with.own.sent(&waiting);
        with.figures.sent(waiting.len());
        Ok(waiting.len())
    }

    /// The frames of these events, one after the other, and how many messages they are.
    fn frames(&self, entries: &[AuditEntry], wires: &Wires) -> (Vec<u8>, usize) {
        let (mut frames, mut count) = (Vec::new(), 0);
        for entry in entries {
            let wire = wires.of(&entry.line.request);
            for message in iti20::messages(&self.mappings, &self.source, entry, wire.as_ref()) {
                match iti20::frame(&self.source, entry.line.at, &message) {
                    Some(frame) => {
                        frames.extend(frame);
                        count += 1;
                    }
                    None => tracing::error!(event = entry.line.id.bare(), "an audit message is too long"),
                }
            }
        }
        (frames, count)
    }

    async fn line<'a>(&self, standing: &'a mut Standing) -> Result<&'a mut Line, Trouble> {
        let line = match standing.line.take() {
            Some(line) => line,
            None => self.collector.connect().await.map_err(Trouble::Theirs)?,
        };
        Ok(standing.line.insert(line))
    }
}

impl Standing {
    /// Marks what was flushed in the step before, if the connection still stands; else all of it is sent again, and
    /// false is told.
    async fn settle(&mut self, store: &SqliteStore, wires: &Wires, now: Moment) -> Result<bool, Fault> {
        let Some(line) = &mut self.line else { return Ok(true) };
        if !line.is_open().await {
            self.line = None;
            let lost = !self.unsettled.is_empty();
            if lost {
                self.failed(now);
            }
            return Ok(!lost);
        }
        if !self.unsettled.is_empty() {
            store.audit_sent(std::mem::take(&mut self.unsettled)).await?;
            wires.sent(&std::mem::take(&mut self.told));
            self.failures = 0;
        }
        Ok(true)
    }

    fn failed(&mut self, now: Moment) {
        self.line = None;
        self.unsettled.clear();
        self.told.clear();
        self.failures = self.failures.saturating_add(1);
        self.not_before = Some(pace::after(self.failures, now));
    }
}

/// Why nothing was sent.
enum Trouble {
    /// The store failed.
    Ours(Fault),
    /// The repository, or the way to it.
    Theirs(anyhow::Error),
}
