//! Subscriptions: to what, by whom, through which channel; and the acts on them.
//!
//! The holder's side subscribes to everything that the holder is told of; the declared médecin traitant to the
//! emergency accesses that he is told of (R.1111-48). Each sees and ends their own only.

use model::{Actor, Caller, EmailAddress, EntryUuid, Finding, Ins, Moment, PersonId, Rule};
use policy::{SubscriptionAct, decide_subscription};

use crate::endpoint::HookEndpoint;
use crate::refusal::audited;
use crate::search::{ATTEMPTS, told};
use crate::{
    Act, Clock, CommitError, Desk, Event, Ids, Notice, NoticeKind, PastEvent, Recipient, RecordError,
    Refusal, Store,
};

/// Subscriptions of one owner on one record, at the most.
pub const MOST_SUBSCRIPTIONS: u32 = 5;

/// Events of a subscription told at once, at the most.
pub const MOST_EVENTS: u32 = 100;

/// What is subscribed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Everything that the holder is told of.
    RecordActivity,
    /// Accesses in an emergency mode.
    EmergencyAccess,
    /// A document comes into the record (IHE DSUBm, DocumentReference-PatientDependent).
    DocumentCreated,
    /// The same, and a document goes or its status changes (DSUBm, -MinUpdate).
    DocumentStatus,
    /// Everything that happens to a document (DSUBm, -AllEvents).
    DocumentEvents,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Topic; 5] = [
        Topic::RecordActivity,
        Topic::EmergencyAccess,
        Topic::DocumentCreated,
        Topic::DocumentStatus,
        Topic::DocumentEvents,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Topic::RecordActivity => "record-activity",
            Topic::EmergencyAccess => "emergency-access",
            Topic::DocumentCreated => "document-created",
            Topic::DocumentStatus => "document-status",
            Topic::DocumentEvents => "document-events",
        }
    }

    /// True if a notice is about it.
    pub fn takes(self, notice: &Notice) -> bool {
        use NoticeKind::{Access, Amended, Deposited, Emergency, FirstAccess, Replaced};
        let to_holder = notice.recipient == Recipient::Holder;
        match (self, notice.kind) {
            (Topic::RecordActivity, _) => to_holder,
            (Topic::EmergencyAccess, kind) => kind == Emergency,
            (_, Access | FirstAccess | Emergency) => false,
            (Topic::DocumentCreated, Amended) => false,
            (Topic::DocumentStatus, Amended) => {
                to_holder && notice.deeds.iter().any(|deed| OF_STATUS.contains(&deed.as_str()))
            }
            (Topic::DocumentCreated | Topic::DocumentStatus, Deposited | Replaced)
            | (Topic::DocumentEvents, Deposited | Replaced | Amended) => to_holder,
        }
    }

    /// The topic with this name.
    pub fn named(name: &str) -> Option<Topic> {
        Topic::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

/// The acts on a document that end it or change its FHIR status; archiving changes an extension only.
const OF_STATUS: [&str; 5] = ["delete", "destroy", "destroy-content", "deprecate", "reinstate"];

/// Where notices go.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outlet {
    /// A notification is posted to a URL.
    RestHook(HookEndpoint),
    /// A message is sent to an address.
    Email(EmailAddress),
}

impl Outlet {
    /// The channel type of FHIR.
    pub const fn channel(&self) -> &'static str {
        match self {
            Outlet::RestHook(_) => "rest-hook",
            Outlet::Email(_) => "email",
        }
    }
}

/// How much a rest-hook carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayloadContent {
    /// That something happened.
    Empty,
    /// The ids of what it happened to.
    IdOnly,
}

impl PayloadContent {
    /// The code of the backport guide.
    pub const fn code(self) -> &'static str {
        match self {
            PayloadContent::Empty => "empty",
            PayloadContent::IdOnly => "id-only",
        }
    }

    /// The content with this code.
    pub fn named(code: &str) -> Option<PayloadContent> {
        [PayloadContent::Empty, PayloadContent::IdOnly].into_iter().find(|content| content.code() == code)
    }
}

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubscriptionStatus {
    /// Asked for; the handshake was not answered yet.
    Requested,
    /// In force.
    Active,
    /// The endpoint failed too often: nothing is sent any more.
    Error,
    /// Ended.
    Off,
}

impl SubscriptionStatus {
    /// Every status.
    pub const ALL: [SubscriptionStatus; 4] = [
        SubscriptionStatus::Requested,
        SubscriptionStatus::Active,
        SubscriptionStatus::Error,
        SubscriptionStatus::Off,
    ];

    /// The code of FHIR.
    pub const fn code(self) -> &'static str {
        match self {
            SubscriptionStatus::Requested => "requested",
            SubscriptionStatus::Active => "active",
            SubscriptionStatus::Error => "error",
            SubscriptionStatus::Off => "off",
        }
    }

    /// The status with this code.
    pub fn named(code: &str) -> Option<SubscriptionStatus> {
        SubscriptionStatus::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// Whose subscription it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subscriber {
    /// The holder.
    Holder,
    /// A representative, by their own INS.
    Representative(Ins),
    /// A professional.
    Professional(PersonId),
}

/// One subscription on one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id, random.
    pub id: EntryUuid,
    /// Whose.
    pub subscriber: Subscriber,
    /// To what.
    pub topic: Topic,
    /// Where to.
    pub outlet: Outlet,
    /// With how much.
    pub content: PayloadContent,
    /// Where it stands.
    pub status: SubscriptionStatus,
    /// Since when.
    pub created_at: Moment,
    /// Failures since the endpoint last answered.
    pub failures: u32,
    /// When it ends by itself, if it does.
    pub ends_at: Option<Moment>,
    /// How many events it was given.
    pub events: i64,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// To what.
    pub topic: Topic,
    /// Where to; a rest-hook's origin was checked by the door.
    pub outlet: Outlet,
    /// With how much.
    pub content: PayloadContent,
    /// When it ends by itself, if it does.
    pub ends_at: Option<Moment>,
}

/// Subscribes: the subscription stands as requested until the handshake was answered.
pub async fn subscribe<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
    wanted: Wanted,
) -> Result<Subscription, Refusal> {
    write(desk, caller, transaction, patient, wanted, None).await
}

/// Changes one of the caller's own subscriptions, on the same record: a new endpoint is greeted first.
pub async fn resubscribe<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    id: EntryUuid,
    patient: &Ins,
    wanted: Wanted,
) -> Result<Subscription, Refusal> {
    let record = desk.store.record_of_subscription(id).await?;
    let (Some(record), Some(subscriber)) = (record, subscriber(caller, patient)) else {
        return Err(Refusal::Absent);
    };
    let own = desk.store.subscriptions(patient, &subscriber).await?;
    let Some(before) = own.into_iter().find(|one| one.id == id).filter(|_| record == *patient) else {
        return Err(Refusal::Absent);
    };
    write(desk, caller, transaction, patient, wanted, Some(before)).await
}

async fn write<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
    wanted: Wanted,
    before: Option<Subscription>,
) -> Result<Subscription, Refusal> {
    let id = before.as_ref().map_or_else(|| desk.ids.uuid(), |before| before.id);
    let goes_on = before
        .as_ref()
        .is_some_and(|before| before.outlet == wanted.outlet && before.status == SubscriptionStatus::Active);
    let mut event = event(desk, caller, transaction, patient, Act::Choose).doing(["subscribe"]);
    let act = SubscriptionAct::Subscribe { id, emergencies_only: wanted.topic == Topic::EmergencyAccess };
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let facts = desk.store.facts(patient, caller, event.at).await?;
        let permitted = match decide_subscription(desk.law(event.at), &facts, caller, patient, act) {
            Ok(permitted) => permitted,
            Err(denial) => return Err(audited(desk, event, told(denial)).await),
        };
        event.matrix = permitted.matrix_version().to_owned();
        let Some(subscriber) = subscriber(caller, patient) else {
            return Err(audited(desk, event, Refusal::Absent).await);
        };
        if !is_own_outlet(desk, caller, &wanted.outlet, event.at).await? {
            return Err(audited(desk, event, Refusal::of(not_own())).await);
        }
        let subscription = Subscription {
            id,
            subscriber,
            topic: wanted.topic,
            outlet: wanted.outlet.clone(),
            content: wanted.content,
            status: if goes_on { SubscriptionStatus::Active } else { SubscriptionStatus::Requested },
            created_at: before.as_ref().map_or(event.at, |before| before.created_at),
            failures: 0,
            ends_at: wanted.ends_at,
            events: before.as_ref().map_or(0, |before| before.events),
        };
        let written = match before {
            None => desk.store.subscribe(permitted, subscription.clone(), event.clone()).await.map(|()| true),
            Some(_) => desk.store.resubscribe(permitted, subscription.clone(), event.clone()).await,
        };
        match written {
            Ok(true) => return Ok(subscription),
            Ok(false) => return Err(audited(desk, event, Refusal::Absent).await),
            Err(CommitError::Moved) => {}
            Err(CommitError::Conflict(rule)) => {
                return Err(audited(desk, event, Refusal::of(Finding::new(rule))).await);
            }
            Err(CommitError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

/// The caller's own subscriptions on a record, oldest first.
pub async fn subscriptions<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
) -> Result<Vec<Subscription>, Refusal> {
    let event = event(desk, caller, transaction, patient, Act::ReadRights).doing(["subscriptions"]);
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(patient, caller, now).await?;
        let judged = decide_subscription(desk.law(now), &facts, caller, patient, SubscriptionAct::List);
        if let Err(denial) = judged {
            return Err(audited(desk, event, told(denial)).await);
        }
        let Some(subscriber) = subscriber(caller, patient) else {
            return Err(audited(desk, event, Refusal::Absent).await);
        };
        let own = desk.store.subscriptions(patient, &subscriber).await?;
        match desk.store.record(event.clone(), Some(facts.version)).await {
            Ok(()) => return Ok(own),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

/// One of the caller's own subscriptions, with its record. What is not theirs does not exist.
pub async fn subscription<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    id: EntryUuid,
) -> Result<(Ins, Subscription), Refusal> {
    let Some(patient) = desk.store.record_of_subscription(id).await? else { return Err(Refusal::Absent) };
    match subscriptions(desk, caller, transaction, &patient).await {
        Ok(own) => {
            let found = own.into_iter().find(|subscription| subscription.id == id);
            found.map(|subscription| (patient, subscription)).ok_or(Refusal::Absent)
        }
        // The request names no record: what is told of one would say that the subscription exists.
        Err(Refusal::Refused(_) | Refusal::Absent) => Err(Refusal::Absent),
        Err(Refusal::Fault(fault)) => Err(Refusal::Fault(fault)),
    }
}

/// What one of the caller's own subscriptions was told of, by number: no more than [`MOST_EVENTS`], and nothing that
/// is withheld from its owner now.
pub async fn subscription_events<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    id: EntryUuid,
    numbers: (i64, i64),
) -> Result<(Subscription, Vec<PastEvent>), Refusal> {
    let (patient, own) = subscription(desk, caller, transaction, id).await?;
    let now = desk.clock.now();
    let events = desk.store.past_events(&patient, id, numbers, MOST_EVENTS, now).await?;
    Ok((own, events))
}

/// Ends one of the caller's own subscriptions.
pub async fn unsubscribe<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    id: EntryUuid,
) -> Result<(), Refusal> {
    let Some(patient) = desk.store.record_of_subscription(id).await? else { return Err(Refusal::Absent) };
    let mut event = event(desk, caller, transaction, &patient, Act::Choose).doing(["unsubscribe"]);
    for _ in 0..ATTEMPTS {
        event.at = desk.clock.now();
        let facts = desk.store.facts(&patient, caller, event.at).await?;
        let act = SubscriptionAct::Unsubscribe { id };
        let permitted = match decide_subscription(desk.law(event.at), &facts, caller, &patient, act) {
            Ok(permitted) => permitted,
            Err(_) => return Err(audited(desk, event, Refusal::Absent).await),
        };
        event.matrix = permitted.matrix_version().to_owned();
        let Some(subscriber) = subscriber(caller, &patient) else {
            return Err(audited(desk, event, Refusal::Absent).await);
        };
        match desk.store.unsubscribe(permitted, subscriber, event.clone()).await {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(audited(desk, event, Refusal::Absent).await),
            Err(CommitError::Moved) => {}
            Err(CommitError::Conflict(rule)) => {
                return Err(audited(desk, event, Refusal::of(Finding::new(rule))).await);
            }
            Err(CommitError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

fn event<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
    act: Act,
) -> Event {
    Event::by(caller, desk.ids.uuid(), desk.clock.now(), act, transaction)
        .about(caller, Some(patient.clone()))
}

/// As whom the caller subscribes on this record.
fn subscriber(caller: &Caller, patient: &Ins) -> Option<Subscriber> {
    match &caller.actor {
        Actor::Holder { ins } if ins == patient => Some(Subscriber::Holder),
        Actor::Holder { ins } | Actor::Representative { ins } => {
            Some(Subscriber::Representative(ins.clone()))
        }
        Actor::Professional { id, .. } => Some(Subscriber::Professional(id.clone())),
        Actor::OfStructure { .. } | Actor::Operator { .. } => None,
    }
}

/// A message goes to the address that the operator fed for the person who asks, and to no other; a
/// professional's domain was checked by the door.
async fn is_own_outlet<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    outlet: &Outlet,
    at: Moment,
) -> Result<bool, Refusal> {
    let address = match outlet {
        Outlet::RestHook(_) => return Ok(true),
        Outlet::Email(address) => address,
    };
    match &caller.actor {
        Actor::Holder { ins } | Actor::Representative { ins } => {
            let identity = desk.store.identity(ins, at).await?;
            let own = identity.and_then(|identity| EmailAddress::parse(identity.email.as_deref()?).ok());
            Ok(own.as_ref() == Some(address))
        }
        Actor::Professional { .. } => Ok(true),
        Actor::OfStructure { .. } | Actor::Operator { .. } => Ok(false),
    }
}

fn not_own() -> Finding {
    Finding::new(Rule::EndpointIsAllowed).detail(
        "un message ne part qu'à l'adresse connue du titulaire du compte",
        "a message only goes to the address that is known of the account's holder",
    )
}
