//! The port of the relay, of subscriptions and of the exports.

mod due;
mod events;
mod export;
mod outlet;
mod report;
mod subscription;

use journey::{
    CommitError, DueNotice, Event, Fault, Handshake, Letter, Mailroom, PastEvent, Report, Subscriber,
    Subscription, Summary,
};
use model::{EntryUuid, Ins, Moment};
use policy::{Permitted, SubscriptionAct};

use crate::SqliteStore;
use crate::audit_outbox;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::session::Session;
use crate::writer::{Job, Written};

use due::Given;
use report::Reported;
use subscription::{Ended, Wished};

/// One thing to write.
pub(crate) enum MailJob {
    /// Messages get their numbers in subscriptions.
    Give(Vec<Given>),
    /// What the relay did.
    Report(Reported),
    /// A subscription.
    Subscribe(Box<Wished>),
    /// One of an owner, changed.
    Resubscribe(Box<Wished>),
    /// The end of one.
    Unsubscribe(Box<Ended>),
    /// What the audit record repository was sent.
    AuditSent(Vec<i64>),
    /// Records that stand in a year's export.
    Summarised(i16, Vec<PatientKey>, Moment),
}

impl MailJob {
    /// Writes it; false when there was nothing to end.
    pub(crate) async fn write(self, keys: &Keys, session: &mut Session<'_>) -> Result<bool, Failure> {
        match self {
            MailJob::Give(all) => due::give(session, &all).await?,
            MailJob::Report(reported) => reported.write(session).await?,
            MailJob::Subscribe(wished) => wished.write(keys, session).await?,
            MailJob::Resubscribe(wished) => return wished.rewrite(keys, session).await,
            MailJob::Unsubscribe(ended) => return ended.write(keys, session).await,
            MailJob::AuditSent(positions) => audit_outbox::note_sent(session, &positions).await?,
            MailJob::Summarised(year, records, at) => export::note(session, year, &records, at).await?,
        }
        Ok(true)
    }
}

impl SqliteStore {
    async fn mail(&self, job: MailJob) -> Result<bool, CommitError> {
        match self.0.writer.write(Job::Mail(Box::new(job))).await? {
            Written::Right(done) => Ok(done),
            Written::Done | Written::Destroyed | Written::Receipt(_) => Ok(true),
        }
    }
}

fn fault_of(error: CommitError) -> Fault {
    match error {
        CommitError::Fault(fault) => fault,
        CommitError::Moved => Fault::transient("moved"),
        CommitError::Conflict(rule) => Fault::new(format!("unexpected conflict: {rule}")),
    }
}

impl Mailroom for SqliteStore {
    async fn due_notices(&self, at: Moment, limit: u32) -> Result<Vec<DueNotice>, Fault> {
        let due = self.0.due(at, limit).await.map_err(Failure::into_fault)?;
        if due.to_give.is_empty() {
            return Ok(due.notices);
        }
        self.mail(MailJob::Give(due.to_give)).await.map_err(fault_of)?;
        Ok(self.0.due(at, limit).await.map_err(Failure::into_fault)?.notices)
    }

    async fn due_handshakes(&self, at: Moment, limit: u32) -> Result<Vec<Handshake>, Fault> {
        self.0.handshakes(at, limit).await.map_err(Failure::into_fault)
    }

    async fn report(&self, reports: Vec<Report>, at: Moment) -> Result<(), Fault> {
        self.mail(MailJob::Report(Reported { reports, at })).await.map(|_| ()).map_err(fault_of)
    }

    async fn subscribe(
        &self,
        permitted: Permitted<SubscriptionAct>,
        subscription: Subscription,
        event: Event,
    ) -> Result<(), CommitError> {
        let wished = Box::new(Wished { permitted, subscription, event });
        self.mail(MailJob::Subscribe(wished)).await.map(|_| ())
    }

    async fn resubscribe(
        &self,
        permitted: Permitted<SubscriptionAct>,
        subscription: Subscription,
        event: Event,
    ) -> Result<bool, CommitError> {
        self.mail(MailJob::Resubscribe(Box::new(Wished { permitted, subscription, event }))).await
    }

    async fn unsubscribe(
        &self,
        permitted: Permitted<SubscriptionAct>,
        subscriber: Subscriber,
        event: Event,
    ) -> Result<bool, CommitError> {
        self.mail(MailJob::Unsubscribe(Box::new(Ended { permitted, subscriber, event }))).await
    }

    async fn subscriptions(
        &self,
        patient: &Ins,
        subscriber: &Subscriber,
    ) -> Result<Vec<Subscription>, Fault> {
        self.0.subscriptions(patient, subscriber).await.map_err(Failure::into_fault)
    }

    async fn past_events(
        &self,
        patient: &Ins,
        subscription: EntryUuid,
        numbers: (i64, i64),
        limit: u32,
        at: Moment,
    ) -> Result<Vec<PastEvent>, Fault> {
        self.0.past_events(patient, subscription, numbers, limit, at).await.map_err(Failure::into_fault)
    }

    async fn record_of_subscription(&self, id: EntryUuid) -> Result<Option<Ins>, Fault> {
        self.0.record_of_subscription(id).await.map_err(Failure::into_fault)
    }

    async fn summaries(
        &self,
        year: i16,
        between: (Moment, Moment),
        again: bool,
    ) -> Result<Vec<Summary>, Fault> {
        self.0.summaries(year, between, again).await.map_err(Failure::into_fault)
    }

    async fn summarised(&self, year: i16, records: Vec<[u8; 16]>, at: Moment) -> Result<(), Fault> {
        let records = records.into_iter().map(PatientKey).collect();
        self.mail(MailJob::Summarised(year, records, at)).await.map(|_| ()).map_err(fault_of)
    }

    async fn letters(&self, at: Moment, all: bool) -> Result<Vec<Letter>, Fault> {
        self.0.letters(at, all).await.map_err(Failure::into_fault)
    }
}
