//! How the feed is doing, for `/metrics`.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of the audit feed: all zero without a repository.
#[derive(Debug, Default)]
pub struct AuditFigures {
    sent: AtomicU64,
    failures: AtomicU64,
    waiting: AtomicU64,
}

impl AuditFigures {
    pub(super) fn sent(&self, messages: usize) {
        self.sent.fetch_add(u64::try_from(messages).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn waits(&self, events: u64) {
        self.waiting.store(events, Ordering::Relaxed);
    }

    /// The text format of Prometheus.
    pub fn render(&self, text: &mut String) {
        let lines = [
            ("messages_total", "counter", "Audit messages written to the repository.", &self.sent),
            ("failures_total", "counter", "Failures of the audit repository.", &self.failures),
            ("waiting", "gauge", "Events that the audit repository does not have yet.", &self.waiting),
        ];
        for (name, kind, help, value) in lines {
            let value = value.load(Ordering::Relaxed);
            let _ = writeln!(
                text,
                "# HELP passerelle_audit_{name} {help}\n# TYPE passerelle_audit_{name} {kind}\n\
                 passerelle_audit_{name} {value}"
            );
        }
    }
}
