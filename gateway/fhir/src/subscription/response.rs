//! A Subscription as the backport guide shapes it, and the URLs of the topics.

use journey::{Outlet, Subscription, Topic};
use model::Ins;
use serde_json::{Value, json};

use crate::FHIR_JSON;

/// Where the extensions and profiles of the HL7 Subscriptions R5 Backport guide are.
pub const EXTENSION_BASE: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";

/// The canonical URL of a topic, under the public base of the gateway that offers it.
pub fn topic_url(topic: Topic, base: &str) -> String {
    format!("{base}/SubscriptionTopic/{}", topic.name())
}

pub(super) fn extension_url(name: &str) -> String {
    format!("{EXTENSION_BASE}/{name}")
}

pub(super) fn write(subscription: &Subscription, patient: &Ins, base: &str) -> Value {
    let filter = format!("patient.identifier=urn:oid:{}|{}", patient.domain().oid(), patient.number());
    let content =
        json!({"url": extension_url("backport-payload-content"), "valueCode": subscription.content.code()});
    json!({
        "resourceType": "Subscription",
        "id": subscription.id.bare(),
        "meta": {"profile": [extension_url("backport-subscription")]},
        "status": subscription.status.code(),
        "reason": subscription.topic.name(),
        "criteria": topic_url(subscription.topic, base),
        "_criteria": {"extension": [{"url": extension_url("backport-filter-criteria"), "valueString": filter}]},
        "channel": {
            "type": subscription.outlet.channel(),
            "endpoint": endpoint(&subscription.outlet),
            "payload": FHIR_JSON,
            "_payload": {"extension": [content]},
        },
    })
}

fn endpoint(outlet: &Outlet) -> String {
    match outlet {
        Outlet::RestHook(endpoint) => endpoint.as_str().to_owned(),
        Outlet::Email(address) => format!("mailto:{}", address.as_str()),
    }
}

pub(super) fn searchset(own: &[Subscription], patient: &Ins, base: &str) -> Value {
    let entry = |subscription: &Subscription| {
        json!({
            "fullUrl": format!("{base}/Subscription/{}", subscription.id.bare()),
            "resource": write(subscription, patient, base),
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
    use journey::{HookEndpoint, PayloadContent, Subscriber, SubscriptionStatus};
    use model::{EntryUuid, Moment};

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
        };
        let ins = Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("an INS");
        let bundle = searchset(&[subscription], &ins, "https://h/fhir");
        assert_eq!(structure::check(&bundle), []);
        assert_eq!(structure::check(&searchset(&[], &ins, "https://h/fhir")), []);
    }
}
