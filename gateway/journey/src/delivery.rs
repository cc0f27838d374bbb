//! From the outbox to the recipient: what the relay needs of the store.
//!
//! At least once: what was sent and not reported is sent again under the same id. What is withheld (a document
//! that the recipient may not see now) is not due, and becomes due by itself once the flag is lifted.

use std::future::Future;

use model::{EmailAddress, EntryUuid, Identity, Ins, Moment};
use policy::{Permitted, ProvisionalCode, SubscriptionAct};

use crate::subscription::{Outlet, PayloadContent, Subscriber, Subscription, Topic};
use crate::{CommitError, Event, Fault, NoticeKind, Recipient};

/// Names one message of the outbox. `record` has a meaning for the store only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoticeKey {
    /// The record.
    pub record: [u8; 16],
    /// The message: the id that it always goes out under.
    pub id: EntryUuid,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Something happened on the record.
    Notice(Notice),
    /// The provisional code that the person asked for.
    Code(ProvisionalCode),
}

/// What happened: never a title, a type or a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What is told.
    pub kind: NoticeKind,
    /// To whom.
    pub recipient: Recipient,
    /// Who did it: display name.
    pub who: String,
    /// The structure acted for.
    pub structure: Option<String>,
    /// The mode (TRE_R248).
    pub mode: String,
    /// The stated reason of a break-glass access.
    pub reason: Option<String>,
    /// In detail: `mask`, `delete`…
    pub deeds: Vec<String>,
    /// The event.
    pub event: EntryUuid,
    /// The documents that it is about, by logicalID.
    pub documents: Vec<EntryUuid>,
}

/// A subscription that a message still has to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// The subscription.
    pub subscription: EntryUuid,
    /// To what it subscribes.
    pub topic: Topic,
    /// Where to.
    pub outlet: Outlet,
    /// With how much.
    pub content: PayloadContent,
    /// The number of this message among the subscription's, from 1: the same at every try.
    pub number: i64,
    /// Failures since the endpoint last answered.
    pub failures: u32,
    /// Not to be tried before.
    pub not_before: Moment,
}

/// One message that is due, with everything that it still has to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueNotice {
    /// Which.
    pub key: NoticeKey,
    /// When it happened.
    pub at: Moment,
    /// What it says.
    pub message: Message,
    /// Tries so far, for the address below.
    pub attempts: u32,
    /// Subscriptions in force that it did not reach yet.
    pub targets: Vec<Addressee>,
    /// True if it reached a subscription already.
    pub reached: bool,
    /// The address fed for the holder, to which it goes when no subscription takes it.
    pub address: Option<EmailAddress>,
}

/// One event that a subscription was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEvent {
    /// Its number in the subscription, from 1.
    pub number: i64,
    /// When it happened.
    pub at: Moment,
    /// What it says.
    pub notice: Notice,
}

/// A subscription whose endpoint is to be greeted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// The record, as in [`NoticeKey`].
    pub record: [u8; 16],
    /// What is greeted; its number is that of its last event, 0 if it had none.
    pub target: Addressee,
}

/// How a message ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Settled {
    /// It reached whoever takes it.
    Sent,
    /// Nobody took it in time.
    ToNobody,
    /// It stands in an export of letters.
    InLetter,
}

impl Settled {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Settled::Sent => "sent",
            Settled::ToNobody => "to-nobody",
            Settled::InLetter => "in-letter",
        }
    }
}

/// What the relay reports of its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// A message reached a subscription.
    Reached(NoticeKey, EntryUuid),
    /// A message is settled.
    Settled(NoticeKey, Settled),
    /// A message is tried again later; `failed` counts a try.
    Postponed {
        /// Which.
        notice: NoticeKey,
        /// Not before.
        until: Moment,
        /// True if its address failed.
        failed: bool,
    },
    /// An endpoint answered: a requested subscription is active.
    Alive {
        /// The record.
        record: [u8; 16],
        /// The subscription.
        subscription: EntryUuid,
    },
    /// An endpoint failed.
    Failed {
        /// The record.
        record: [u8; 16],
        /// The subscription.
        subscription: EntryUuid,
        /// Not to be tried before.
        until: Moment,
        /// True if that was once too often: the status becomes error.
        broken: bool,
    },
}

/// What happened on one record in a year, for somebody who gets no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The record, as in [`NoticeKey`].
    pub record: [u8; 16],
    /// The person.
    pub identity: Identity,
    /// How many notices of each kind, in the order of [`NoticeKind::ALL`].
    pub counts: [u64; 6],
}

/// A provisional code that waits for a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Which message.
    pub key: NoticeKey,
    /// The person.
    pub identity: Identity,
    /// The code.
    pub code: ProvisionalCode,
}

/// The outbox, subscriptions and exports.
pub trait Mailroom: Send + Sync + 'static {
    /// Messages to people that are due, oldest first, without those that are withheld now.
    fn due_notices(
        &self,
        at: Moment,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<DueNotice>, Fault>> + Send;

    /// Requested subscriptions whose endpoint is to be greeted.
    fn due_handshakes(
        &self,
        at: Moment,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<Handshake>, Fault>> + Send;

    /// Keeps what was done, all of it or nothing. Reporting twice is harmless.
    fn report(&self, reports: Vec<Report>, at: Moment) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Writes a subscription with its event; a conflict when the owner has [`crate::MOST_SUBSCRIPTIONS`] already.
    fn subscribe(
        &self,
        permitted: Permitted<SubscriptionAct>,
        subscription: Subscription,
        event: Event,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// Writes a subscription of this owner anew, under its id, with its event; false, and nothing written, if there is
    /// none.
    fn resubscribe(
        &self,
        permitted: Permitted<SubscriptionAct>,
        subscription: Subscription,
        event: Event,
    ) -> impl Future<Output = Result<bool, CommitError>> + Send;

    /// Ends a subscription of this owner with its event; false, and nothing written, if there is none.
    fn unsubscribe(
        &self,
        permitted: Permitted<SubscriptionAct>,
        subscriber: Subscriber,
        event: Event,
    ) -> impl Future<Output = Result<bool, CommitError>> + Send;

    /// The subscriptions of one owner on one record that have not ended, oldest first.
    fn subscriptions(
        &self,
        patient: &Ins,
        subscriber: &Subscriber,
    ) -> impl Future<Output = Result<Vec<Subscription>, Fault>> + Send;

    /// The events that a subscription of this record was given, by number from `numbers.0` to `numbers.1`, at most
    /// `limit`, without those that are withheld at `at`.
    fn past_events(
        &self,
        patient: &Ins,
        subscription: EntryUuid,
        numbers: (i64, i64),
        limit: u32,
        at: Moment,
    ) -> impl Future<Output = Result<Vec<PastEvent>, Fault>> + Send;

    /// The record of a subscription that has not ended.
    fn record_of_subscription(
        &self,
        id: EntryUuid,
    ) -> impl Future<Output = Result<Option<Ins>, Fault>> + Send;

    /// What happened between two instants on open records that are neither activated nor have an address, those
    /// noted for `year` left out unless `again`; records on which nothing happened are left out.
    fn summaries(
        &self,
        year: i16,
        between: (Moment, Moment),
        again: bool,
    ) -> impl Future<Output = Result<Vec<Summary>, Fault>> + Send;

    /// Notes that these records stand in the export of `year`.
    fn summarised(
        &self,
        year: i16,
        records: Vec<[u8; 16]>,
        at: Moment,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Provisional codes still valid whose holder has no address; with `all`, also those who have one (no mail
    /// server is configured).
    fn letters(&self, at: Moment, all: bool) -> impl Future<Output = Result<Vec<Letter>, Fault>> + Send;
}
