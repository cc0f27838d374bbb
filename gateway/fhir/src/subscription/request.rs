//! From a Subscription resource to what is wanted, and on whose record.

use journey::{HookEndpoint, Outlet, PayloadContent, Topic, Wanted};
use model::{EmailAddress, EntryUuid, Finding, Ins, Moment, Rule};
use serde_json::Value;

use super::Subscribing;
use super::response::extension_url;
use super::topic::topic_url;
use crate::FHIR_JSON;
use crate::codec::{Element, time};
use crate::patient::own_id;
use crate::search::{pairs, token};

/// What reading needs beside the resource.
pub(crate) struct Frame<'a> {
    pub(crate) base: &'a str,
    pub(crate) subscribing: &'a Subscribing,
    /// The caller is a professional.
    pub(crate) professional: bool,
    pub(crate) now: Moment,
    /// One that exists is changed: it may be in force.
    pub(crate) changes: bool,
}

/// How a record is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whose {
    Ins(Ins),
    /// By our Patient id.
    Ours(EntryUuid),
}

/// Reads a checked resource; every finding is told.
pub(crate) fn read(resource: &Value, frame: &Frame<'_>) -> Result<(Whose, Wanted), Vec<Finding>> {
    let root = Element::root(resource);
    if root.kind() != "Subscription" {
        return Err(vec![root.wrong("une Subscription est attendue", "expected a Subscription")]);
    }
    let mut findings = Vec::new();
    let in_force = frame.changes && root.text("status") == Some("active");
    if root.text("status") != Some("requested") && !in_force {
        let place = root.place_of("status");
        let finding = Finding::new(Rule::MetadataIsWellFormed).at(place);
        findings.push(finding.detail("status attendu : requested", "expected status: requested"));
    }
    let ends_at = kept(end(&root, frame.now), &mut findings).flatten();
    let topic = kept(topic(&root, frame), &mut findings);
    let whose = kept(record(&root, frame), &mut findings);
    let channel = root.get("channel").ok_or_else(|| root.missing("channel"));
    let channel = kept(channel, &mut findings);
    let (outlet, content) = match &channel {
        Some(channel) => {
            if channel.has("header") {
                findings.push(not_supported(channel, "header"));
            }
            (kept(outlet(channel, frame), &mut findings), kept(content(channel), &mut findings))
        }
        None => (None, None),
    };
    match (topic, whose, outlet, content) {
        (Some(topic), Some(whose), Some(outlet), Some(content)) if findings.is_empty() => {
            Ok((whose, Wanted { topic, outlet, content, ends_at }))
        }
        _ => Err(findings),
    }
}

fn kept<T>(read: Result<T, Finding>, findings: &mut Vec<Finding>) -> Option<T> {
    read.map_err(|finding| findings.push(finding)).ok()
}

fn not_supported(at: &Element<'_>, name: &str) -> Finding {
    Finding::new(Rule::MetadataIsWellFormed)
        .at(at.place_of(name))
        .detail("élément non pris en charge ici", "element not supported here")
}

/// When it ends by itself, which is not yet.
fn end(root: &Element<'_>, now: Moment) -> Result<Option<Moment>, Finding> {
    let Some(text) = root.text("end") else { return Ok(None) };
    let end = time::instant(text).map(|time| time.start()).filter(|end| *end > now);
    end.map(Some).ok_or_else(|| {
        Finding::new(Rule::MetadataIsWellFormed)
            .at(root.place_of("end"))
            .detail("instant à venir attendu", "expected an instant to come")
    })
}

fn topic(root: &Element<'_>, frame: &Frame<'_>) -> Result<Topic, Finding> {
    let criteria = root.text("criteria").ok_or_else(|| root.missing("criteria"))?;
    let known = Topic::ALL.into_iter().find(|topic| criteria == topic_url(*topic, frame.base));
    known.ok_or_else(|| {
        let list: Vec<String> = Topic::ALL.iter().map(|topic| topic_url(*topic, frame.base)).collect();
        let list = list.join(", ");
        Finding::new(Rule::MetadataIsWellFormed)
            .at(root.place_of("criteria"))
            .detail(format!("sujets connus : {list}"), format!("known topics: {list}"))
    })
}

/// The record: the filter criterion of the backport guide, with or without a resource type before `?`.
fn record(root: &Element<'_>, frame: &Frame<'_>) -> Result<Whose, Finding> {
    let expected = |at: &Element<'_>| {
        at.wrong(
            "filtre attendu (backport-filter-criteria) : patient.identifier=urn:oid:<oid>|<INS> ou patient=Patient/<id>",
            "expected filter (backport-filter-criteria): patient.identifier=urn:oid:<oid>|<INS> or patient=Patient/<id>",
        )
    };
    let partner = root.partner("criteria").ok_or_else(|| expected(root))?;
    let filters = partner.extensions(&extension_url("backport-filter-criteria"));
    let [filter] = filters.as_slice() else { return Err(expected(root)) };
    let text = filter.text("valueString").ok_or_else(|| expected(filter))?;
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let pairs = pairs(query).map_err(|_| expected(filter))?;
    let [(name, value)] = pairs.as_slice() else { return Err(expected(filter)) };
    whose(name, value, frame.base).ok_or_else(|| expected(filter))
}

/// The record that a parameter names.
pub(super) fn whose(name: &str, value: &str, base: &str) -> Option<Whose> {
    match name {
        "patient" => own_id(value, base).or_else(|| EntryUuid::parse(value).ok()).map(Whose::Ours),
        "patient.identifier" => {
            let tokens = token::tokens(value);
            let [token] = tokens.as_slice() else { return None };
            let oid = token.system.as_deref()?.strip_prefix("urn:oid:")?;
            Ins::parse(&token.code, oid).ok().map(Whose::Ins)
        }
        _ => None,
    }
}

fn outlet(channel: &Element<'_>, frame: &Frame<'_>) -> Result<Outlet, Finding> {
    let endpoint = channel.text("endpoint").ok_or_else(|| channel.missing("endpoint"))?;
    match channel.text("type") {
        Some("rest-hook") => {
            let endpoint = HookEndpoint::parse(endpoint).map_err(|why| channel.malformed("endpoint", why))?;
            if frame.subscribing.origins.admit(&endpoint) {
                return Ok(Outlet::RestHook(endpoint));
            }
            Err(closed(
                channel,
                "cette origine n'est pas inscrite par l'exploitant",
                "this origin is not listed by the operator",
            ))
        }
        Some("email") => {
            let text = endpoint.strip_prefix("mailto:").ok_or_else(|| {
                let finding = Finding::new(Rule::MetadataIsWellFormed).at(channel.place_of("endpoint"));
                finding.detail("mailto:adresse attendu", "expected mailto:address")
            })?;
            let address = EmailAddress::parse(text).map_err(|why| channel.malformed("endpoint", why))?;
            let listed = frame.subscribing.professional_mail.iter().any(|domain| domain == address.domain());
            if frame.professional && !listed {
                return Err(closed(
                    channel,
                    "le domaine de cette adresse n'est pas inscrit par l'exploitant pour les professionnels",
                    "the domain of this address is not listed by the operator for professionals",
                ));
            }
            Ok(Outlet::Email(address))
        }
        _ => Err(Finding::new(Rule::MetadataIsWellFormed)
            .at(channel.place_of("type"))
            .detail("type attendu : rest-hook ou email", "expected type: rest-hook or email")),
    }
}

fn closed(channel: &Element<'_>, fr: &str, en: &str) -> Finding {
    Finding::new(Rule::EndpointIsAllowed).at(channel.place_of("endpoint")).detail(fr, en)
}

/// The content of the backport guide; id-only when a media type is named without it, empty without both.
fn content(channel: &Element<'_>) -> Result<PayloadContent, Finding> {
    let wrong = |fr: &str, en: &str| {
        Finding::new(Rule::MetadataIsWellFormed).at(channel.place_of("payload")).detail(fr, en)
    };
    let mime = channel.text("payload").filter(|_| channel.text("type") == Some("rest-hook"));
    if mime.is_some_and(|mime| !["application/json", FHIR_JSON].contains(&mime)) {
        return Err(wrong(
            "payload attendu : application/fhir+json",
            "expected payload: application/fhir+json",
        ));
    }
    let extension = channel
        .partner("payload")
        .and_then(|payload| payload.extension(&extension_url("backport-payload-content")));
    match extension {
        Some(extension) => extension.text("valueCode").and_then(PayloadContent::named).ok_or_else(|| {
            wrong(
                "contenu attendu (backport-payload-content) : id-only ou empty",
                "expected content (backport-payload-content): id-only or empty",
            )
        }),
        None => Ok(if mime.is_some() { PayloadContent::IdOnly } else { PayloadContent::Empty }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::structure;
    use journey::{AllowedOrigins, Origin};
    use serde_json::json;

    const BASE: &str = "https://h/fhir";

    fn wanted(change: impl Fn(&mut Value), professional: bool) -> Result<(Whose, Wanted), Vec<Rule>> {
        let mut resource = json!({
            "resourceType": "Subscription",
            "status": "requested",
            "reason": "r",
            "criteria": "https://h/fhir/SubscriptionTopic/record-activity",
            "_criteria": {"extension": [{
                "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria",
                "valueString": "DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|255081416802538"
            }]},
            "channel": {
                "type": "rest-hook",
                "endpoint": "https://hooks.example/a",
                "payload": "application/fhir+json",
                "_payload": {"extension": [{
                    "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content",
                    "valueCode": "id-only"
                }]}
            }
        });
        change(&mut resource);
        assert_eq!(structure::check(&resource), []);
        let subscribing = Subscribing {
            origins: AllowedOrigins(vec![Origin::parse("https://hooks.example").expect("an origin")]),
            professional_mail: vec!["medecin.example".to_owned()],
        };
        let frame =
            Frame { base: BASE, subscribing: &subscribing, professional, now: Moment(0), changes: false };
        read(&resource, &frame).map_err(|findings| findings.into_iter().map(|finding| finding.rule).collect())
    }

    #[test]
    fn a_backport_subscription_is_read() {
        let (whose, wanted) = wanted(|_| {}, false).expect("a subscription");
        assert!(matches!(whose, Whose::Ins(ins) if ins.number() == "255081416802538"));
        assert_eq!((wanted.topic, wanted.content), (Topic::RecordActivity, PayloadContent::IdOnly));
        assert!(matches!(wanted.outlet, Outlet::RestHook(endpoint) if endpoint.path() == "/a"));
    }

    #[test]
    fn a_subscription_to_documents_names_the_topic_of_ihe_and_may_end() {
        let (_, wanted) = wanted(
            |resource| {
                resource["end"] = json!("2030-01-01T00:00:00Z");
                resource["criteria"] = json!(
                    "https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic/\
                     DSUBm-SubscriptionTopic-DocReference-PatientDependent-AllEvents"
                );
            },
            false,
        )
        .expect("a subscription");
        assert_eq!(wanted.topic, Topic::DocumentEvents);
        assert_eq!(wanted.ends_at.map(|end| end.iso()).as_deref(), Some("2030-01-01T00:00:00.000Z"));
    }

    #[test]
    fn an_endpoint_off_the_list_is_refused() {
        for bad in ["https://evil.example/a", "https://hooks.example:8443/", "https://127.0.0.1/"] {
            let refused = wanted(|resource| resource["channel"]["endpoint"] = json!(bad), false);
            assert_eq!(refused, Err(vec![Rule::EndpointIsAllowed]), "{bad}");
        }
        let plain =
            wanted(|resource| resource["channel"]["endpoint"] = json!("http://hooks.example/"), false);
        assert_eq!(plain, Err(vec![Rule::MetadataIsWellFormed]));
    }

    #[test]
    fn a_professionals_address_is_of_a_listed_domain() {
        let email = |address: &str, professional| {
            let address = address.to_owned();
            wanted(
                move |resource| {
                    resource["channel"] = json!({"type": "email", "endpoint": format!("mailto:{address}")});
                },
                professional,
            )
        };
        assert!(email("lou@courrier.example", false).is_ok());
        assert!(email("lou@medecin.example", true).is_ok());
        assert_eq!(email("lou@courrier.example", true), Err(vec![Rule::EndpointIsAllowed]));
        assert_eq!(email("lou", false), Err(vec![Rule::MetadataIsWellFormed]));
    }

    #[test]
    fn everything_that_is_not_kept_is_refused_at_once() {
        let refused = wanted(
            |resource| {
                resource["status"] = json!("active");
                resource["end"] = json!("1969-01-01T00:00:00Z");
                resource["criteria"] = json!("https://h/fhir/SubscriptionTopic/everything");
                resource["channel"]["header"] = json!(["Authorization: Bearer x"]);
                resource["channel"]["payload"] = json!("application/fhir+xml");
                resource["_criteria"]["extension"][0]["valueString"] = json!("code=x");
            },
            false,
        );
        assert_eq!(refused, Err(vec![Rule::MetadataIsWellFormed; 6]));
    }
}
