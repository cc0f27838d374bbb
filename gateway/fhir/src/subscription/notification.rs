//! The status of a subscription and its events, as the R4 backport guide shapes them: what a rest-hook gets (IHE
//! DSUBm ITI-112) and what `$status` and `$events` answer (ITI-113).

use journey::{Notice, PayloadContent, Topic};
use model::{EntryUuid, Moment};
use serde_json::{Value, json};

use super::response::extension_url;
use super::topic::topic_url;

/// A subscription as its status tells it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The base of the FHIR door.
    pub base: &'a str,
    /// Which subscription.
    pub subscription: EntryUuid,
    /// To what it subscribes.
    pub topic: Topic,
    /// The number of its last event.
    pub number: i64,
    /// The status: `requested`, `active`…
    pub status: &'a str,
    /// Why it is told: `handshake`, `event-notification`, `query-status`, `query-event`.
    pub kind: &'a str,
}

/// One event of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationEvent {
    parts: Vec<Value>,
    focus: Vec<String>,
}

impl NotificationEvent {
    /// What is told of a notice, no more than `content`. `number` counts from 1 in the subscription.
    pub fn of(base: &str, number: i64, at: Moment, content: PayloadContent, notice: &Notice) -> Self {
        let focus = focus(base, content, notice);
        let mut parts = vec![
            json!({"name": "event-number", "valueString": number.to_string()}),
            json!({"name": "timestamp", "valueInstant": at.iso()}),
        ];
        let names = std::iter::once("focus").chain(std::iter::repeat("additional-context"));
        let told = names.zip(&focus);
        parts.extend(told.map(|(name, url)| json!({"name": name, "valueReference": {"reference": url}})));
        NotificationEvent { parts, focus }
    }
}

/// The resources of a notice: the documents, or the event of an access.
fn focus(base: &str, content: PayloadContent, notice: &Notice) -> Vec<String> {
    match content {
        PayloadContent::Empty => Vec::new(),
        PayloadContent::IdOnly if notice.documents.is_empty() || is_access(notice) => {
            vec![format!("{base}/AuditEvent/{}", notice.event.bare())]
        }
        PayloadContent::IdOnly => {
            notice.documents.iter().map(|id| format!("{base}/DocumentReference/{}", id.bare())).collect()
        }
    }
}

fn is_access(notice: &Notice) -> bool {
    use journey::NoticeKind::{Access, Amended, Deposited, Emergency, FirstAccess, Replaced};
    match notice.kind {
        FirstAccess | Access | Emergency => true,
        Deposited | Replaced | Amended => false,
    }
}

/// The status: a Parameters of the backport guide.
pub fn status(told: &Told<'_>, events: &[NotificationEvent]) -> Value {
    let subscription = format!("{}/Subscription/{}", told.base, told.subscription.bare());
    let mut parameters = vec![
        json!({"name": "subscription", "valueReference": {"reference": subscription}}),
        json!({"name": "topic", "valueCanonical": topic_url(told.topic, told.base)}),
        json!({"name": "status", "valueCode": told.status}),
        json!({"name": "type", "valueCode": told.kind}),
        json!({"name": "events-since-subscription-start", "valueString": told.number.to_string()}),
    ];
    parameters.extend(events.iter().map(|event| json!({"name": "notification-event", "part": event.parts})));
    json!({
        "resourceType": "Parameters",
        "meta": {"profile": [extension_url("backport-subscription-status-r4")]},
        "parameter": parameters,
    })
}

/// A Bundle of type history, the status first. `id` is also that of the Bundle.
pub fn bundle(told: &Told<'_>, events: &[NotificationEvent], id: EntryUuid, at: Moment) -> Value {
    let url = format!("{}/Subscription/{}/$status", told.base, told.subscription.bare());
    let mut entries = vec![json!({
        "fullUrl": format!("urn:uuid:{}", id.bare()),
        "resource": status(told, events),
        "request": {"method": "GET", "url": url},
        "response": {"status": "200"},
    })];
    let mut urls: Vec<&String> = events.iter().flat_map(|event| &event.focus).collect();
    urls.sort();
    urls.dedup();
    entries.extend(urls.into_iter().map(|url| {
        json!({"fullUrl": url, "request": {"method": "GET", "url": url}, "response": {"status": "200"}})
    }));
    json!({
        "resourceType": "Bundle",
        "id": id.bare(),
        "meta": {"profile": [extension_url("backport-subscription-notification-r4")]},
        "type": "history",
        "timestamp": at.iso(),
        "entry": entries,
    })
}
