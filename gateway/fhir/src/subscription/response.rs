//! A Subscription as the backport guide shapes it.

use journey::{Outlet, Subscription, SubscriptionStatus};
use model::{Ins, Moment};
use serde_json::{Value, json};

use super::topic::topic_url;
use crate::FHIR_JSON;

/// Where the extensions and profiles of the HL7 Subscriptions R5 Backport guide are.
const EXTENSION_BASE: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";

pub(super) fn extension_url(name: &str) -> String {
    format!("{EXTENSION_BASE}/{name}")
}

/// Where a subscription stands: one whose end has come is off.
pub(super) fn status(subscription: &Subscription, now: Moment) -> &'static str {
    let ended = subscription.ends_at.is_some_and(|end| end <= now);
    if ended { SubscriptionStatus::Off.code() } else { subscription.status.code() }
}

pub(super) fn write(subscription: &Subscription, patient: &Ins, base: &str, now: Moment) -> Value {
    let filter = format!("patient.identifier=urn:oid:{}|{}", patient.domain().oid(), patient.number());
    let content =
        json!({"url": extension_url("backport-payload-content"), "valueCode": subscription.content.code()});
    let mut written = json!({
        "resourceType": "Subscription",
        "id": subscription.id.bare(),
        "meta": {"profile": [extension_url("backport-subscription")]},
        "status": status(subscription, now),
        "reason": subscription.topic.name(),
        "criteria": topic_url(subscription.topic, base),
        "_criteria": {"extension": [{"url": extension_url("backport-filter-criteria"), "valueString": filter}]},
        "channel": {
            "type": subscription.outlet.channel(),
            "endpoint": endpoint(&subscription.outlet),
            "payload": FHIR_JSON,
            "_payload": {"extension": [content]},
        },
    });
    if let (Some(end), Some(members)) = (subscription.ends_at, written.as_object_mut()) {
        members.insert("end".into(), json!(end.iso()));
    }
    written
}

fn endpoint(outlet: &Outlet) -> String {
    match outlet {
        Outlet::RestHook(endpoint) => endpoint.as_str().to_owned(),
        Outlet::Email(address) => format!("mailto:{}", address.as_str()),
    }
}

pub(super) fn searchset(own: &[Subscription], patient: &Ins, base: &str, now: Moment) -> Value {
    let entry = |subscription: &Subscription| {
        json!({
            "fullUrl": format!("{base}/Subscription/{}", subscription.id.bare()),
            "resource": write(subscription, patient, base, now),
            "search": {"mode": "match"},
        })
    };
    let mut bundle = json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": own.len(),
        "link": [{"relation": "self", "url": format!("{base}/Subscription")}],
    });
    if let (false, Some(bundle)) = (own.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), own.iter().map(entry).collect());
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::structure;
    use journey::{HookEndpoint, PayloadContent, Subscriber, Topic};
    use model::EntryUuid;

    #[test]
    fn what_is_written_is_fhir() {
        let subscription = Subscription {
            id: EntryUuid::from_bytes([1; 16]),
            subscriber: Subscriber::Holder,
            topic: Topic::RecordActivity,
            outlet: Outlet::RestHook(HookEndpoint::parse("https://hooks.example/a").expect("a URL")),
            content: PayloadContent::Empty,
            status: SubscriptionStatus::Requested,
            created_at: Moment(0),
            failures: 0,
            ends_at: Some(Moment(1_000)),
            events: 0,
        };
        let ins = Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("an INS");
        let bundle = searchset(&[subscription], &ins, "https://h/fhir", Moment(1));
        assert_eq!(structure::check(&bundle), []);
        assert_eq!(structure::check(&searchset(&[], &ins, "https://h/fhir", Moment(1))), []);
    }
}
