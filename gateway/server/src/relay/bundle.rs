//! A notification of the R4 backport guide: a history Bundle whose first entry is the status of the subscription.
//! It is the same at every try: its instants are those of the event.

use fhir::subscription::{EXTENSION_BASE, topic_url};
use journey::{Addressee, DueNotice, Notice, PayloadContent};
use model::Moment;
use serde_json::{Value, json};

/// The notification of one event.
pub(super) fn event(base: &str, target: &Addressee, due: &DueNotice, notice: &Notice) -> Value {
    let focus: Vec<String> = match target.content {
        PayloadContent::Empty => Vec::new(),
        PayloadContent::IdOnly if notice.documents.is_empty() || is_access(notice) => {
            vec![format!("{base}/AuditEvent/{}", notice.event.bare())]
        }
        PayloadContent::IdOnly => {
            notice.documents.iter().map(|id| format!("{base}/DocumentReference/{}", id.bare())).collect()
        }
    };
    let number = target.number.to_string();
    let mut told = vec![
        json!({"name": "event-number", "valueString": number}),
        json!({"name": "timestamp", "valueInstant": due.at.iso()}),
    ];
    if let Some((first, others)) = focus.split_first() {
        told.push(json!({"name": "focus", "valueReference": {"reference": first}}));
        told.extend(
            others
                .iter()
                .map(|other| json!({"name": "additional-context", "valueReference": {"reference": other}})),
        );
    }
    let status = status(base, target, "active", "event-notification", Some(told));
    let mut entries = vec![first_entry(base, target, &due.key.id.bare(), status)];
    entries.extend(focus.iter().map(|url| {
        json!({"fullUrl": url, "request": {"method": "GET", "url": url}, "response": {"status": "200"}})
    }));
    bundle(&due.key.id.bare(), due.at, entries)
}

/// The greeting that an endpoint answers before its subscription is active.
pub(super) fn handshake(base: &str, target: &Addressee, now: Moment) -> Value {
    let id = target.subscription.bare();
    let status = status(base, target, "requested", "handshake", None);
    bundle(&id, now, vec![first_entry(base, target, &id, status)])
}

fn is_access(notice: &Notice) -> bool {
    use journey::NoticeKind::{Access, Amended, Deposited, Emergency, FirstAccess, Replaced};
    match notice.kind {
        FirstAccess | Access | Emergency => true,
        Deposited | Replaced | Amended => false,
    }
}

fn status(base: &str, target: &Addressee, status: &str, kind: &str, event: Option<Vec<Value>>) -> Value {
    let subscription = format!("{base}/Subscription/{}", target.subscription.bare());
    let mut parameters = vec![
        json!({"name": "subscription", "valueReference": {"reference": subscription}}),
        json!({"name": "topic", "valueCanonical": topic_url(target.topic, base)}),
        json!({"name": "status", "valueCode": status}),
        json!({"name": "type", "valueCode": kind}),
        json!({"name": "events-since-subscription-start", "valueString": target.number.to_string()}),
    ];
    parameters.extend(event.map(|parts| json!({"name": "notification-event", "part": parts})));
    json!({
        "resourceType": "Parameters",
        "meta": {"profile": [format!("{EXTENSION_BASE}/backport-subscription-status-r4")]},
        "parameter": parameters,
    })
}

fn first_entry(base: &str, target: &Addressee, id: &str, status: Value) -> Value {
    let url = format!("{base}/Subscription/{}/$status", target.subscription.bare());
    json!({
        "fullUrl": format!("urn:uuid:{id}"),
        "resource": status,
        "request": {"method": "GET", "url": url},
        "response": {"status": "200"},
    })
}

fn bundle(id: &str, at: Moment, entries: Vec<Value>) -> Value {
    json!({
        "resourceType": "Bundle",
        "id": id,
        "meta": {"profile": [format!("{EXTENSION_BASE}/backport-subscription-notification-r4")]},
        "type": "history",
        "timestamp": at.iso(),
        "entry": entries,
    })
}
