//! The topics that can be subscribed to (IHE DSUBm ITI-114): an R5 SubscriptionTopic as a Basic of R4, in the
//! cross-version extensions of HL7. They tell nothing of a record, and are public.

use journey::Topic;
use model::Finding;
use serde_json::{Value, json};

use crate::outcome::Teller;
use crate::search::{pairs, refuse};
use crate::{Door, Request, Response};

/// The parameters of a Basic search: name, type, documentation.
pub(crate) const PARAMETERS: [(&str, &str, &str); 3] = [
    ("_id", "token", "The id of the topic."),
    ("code", "token", "SubscriptionTopic: what every Basic of this server is."),
    ("url", "uri", "The canonical URL of the topic, as Subscription.criteria has it."),
];

const DSUBM: &str = "https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic";
const DOCUMENT: &str =
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.DocumentReference";
const AUDIT: &str = "http://hl7.org/fhir/StructureDefinition/AuditEvent";
const TYPES: &str = "http://hl7.org/fhir/fhir-types";
const EXTENSION: &str = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic";

/// What a topic watches.
struct Watched {
    resource: &'static str,
    interactions: &'static [&'static str],
    /// What an update must be.
    criterion: Option<&'static str>,
}

/// How a topic is told.
struct Told {
    id: &'static str,
    /// True if IHE DSUBm publishes it; otherwise it is of this server.
    published: bool,
    title: &'static str,
    watched: &'static [Watched],
}

const DOCUMENT_CREATED: Watched = Watched { resource: DOCUMENT, interactions: &["create"], criterion: None };
const ACCESSED: Watched = Watched { resource: AUDIT, interactions: &["create"], criterion: None };
const DOCUMENT_CHANGED: Watched =
    Watched { resource: DOCUMENT, interactions: &["create", "update", "delete"], criterion: None };

fn told(topic: Topic) -> Told {
    match topic {
        Topic::RecordActivity => Told {
            id: topic.name(),
            published: false,
            title: "Everything that the holder of a record is told of",
            watched: &[DOCUMENT_CHANGED, ACCESSED],
        },
        Topic::EmergencyAccess => Told {
            id: topic.name(),
            published: false,
            title: "Accesses to a record in an emergency mode",
            watched: &[ACCESSED],
        },
        Topic::DocumentCreated => Told {
            id: "DSUBm-SubscriptionTopic-DocumentReference-PatientDependent",
            published: true,
            title: "Documents of one patient: created",
            watched: &[DOCUMENT_CREATED],
        },
        Topic::DocumentStatus => Told {
            id: "DSUBm-SubscriptionTopic-DocReference-PatientDependent-MinUpdate",
            published: true,
            title: "Documents of one patient: created, deleted, changed in status",
            watched: &[
                Watched { resource: DOCUMENT, interactions: &["create", "delete"], criterion: None },
                Watched {
                    resource: DOCUMENT,
                    interactions: &["update"],
                    criterion: Some("%previous.status != %current.status"),
                },
            ],
        },
        Topic::DocumentEvents => Told {
            id: "DSUBm-SubscriptionTopic-DocReference-PatientDependent-AllEvents",
            published: true,
            title: "Documents of one patient: created, changed, deleted",
            watched: &[DOCUMENT_CHANGED],
        },
    }
}

/// The canonical URL of a topic: that of IHE, or under the public base of the gateway that offers it.
pub fn topic_url(topic: Topic, base: &str) -> String {
    let told = told(topic);
    match told.published {
        true => format!("{DSUBM}/{}", told.id),
        false => format!("{base}/SubscriptionTopic/{}", told.id),
    }
}

/// One topic; 404 for what is none.
pub(crate) fn read(door: &Door, id: &str, teller: &Teller<'_>) -> Response {
    match Topic::ALL.into_iter().find(|topic| told(*topic).id == id) {
        Some(topic) => Response::json(200, &basic(topic, &door.base)),
        None => teller.absent(),
    }
}

/// The topics that match every parameter given.
pub(crate) fn search(door: &Door, request: &Request<'_>, teller: &Teller<'_>) -> Response {
    match found(&door.base, request.query) {
        Ok(found) => Response::json(200, &searchset(&found, &door.base, request.query)),
        Err(finding) => teller.refuse(&[finding]),
    }
}

fn found(base: &str, query: &str) -> Result<Vec<Topic>, Finding> {
    let mut found = Topic::ALL.to_vec();
    for (name, value) in pairs(query)? {
        let is_it = |topic: &Topic| {
            value.split(',').any(|value| match name.as_str() {
                "_id" => value == told(*topic).id,
                "url" => value == topic_url(*topic, base),
                _ => {
                    value.strip_prefix(TYPES).unwrap_or(value).trim_start_matches('|') == "SubscriptionTopic"
                }
            })
        };
        match name.as_str() {
            "_id" | "url" | "code" => found.retain(is_it),
            "_format" | "_pretty" | "_count" | "_summary" => {}
            other => {
                let (fr, en) = ("paramètres connus : _id, code, url", "known parameters: _id, code, url");
                return Err(refuse(other, fr, en));
            }
        }
    }
    Ok(found)
}

fn searchset(found: &[Topic], base: &str, query: &str) -> Value {
    let own = if query.is_empty() { format!("{base}/Basic") } else { format!("{base}/Basic?{query}") };
    let entry = |topic: &Topic| {
        json!({
            "fullUrl": format!("{base}/Basic/{}", told(*topic).id),
            "resource": basic(*topic, base),
            "search": {"mode": "match"},
        })
    };
    let mut bundle = json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": found.len(),
        "link": [{"relation": "self", "url": own}],
    });
    if let (false, Some(bundle)) = (found.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), found.iter().map(entry).collect());
    }
    bundle
}

fn basic(topic: Topic, base: &str) -> Value {
    let told = told(topic);
    let mut extensions = vec![
        json!({"url": format!("{EXTENSION}.url"), "valueUri": topic_url(topic, base)}),
        json!({"url": format!("{EXTENSION}.title"), "valueString": told.title}),
    ];
    extensions.extend(told.watched.iter().map(trigger));
    let mut resources: Vec<&str> = told.watched.iter().map(|watched| watched.resource).collect();
    resources.dedup();
    for resource in resources {
        extensions.extend(["patient", "patient.identifier"].map(|name| {
            json!({"url": format!("{EXTENSION}.canFilterBy"), "extension": [
                {"url": "resource", "valueUri": resource},
                {"url": "filterParameter", "valueString": name},
            ]})
        }));
        extensions.push(json!({"url": format!("{EXTENSION}.notificationShape"), "extension": [
            {"url": "resource", "valueUri": resource},
        ]}));
    }
    json!({
        "resourceType": "Basic",
        "id": told.id,
        "extension": extensions,
        "modifierExtension": [{"url": format!("{EXTENSION}.status"), "valueCode": "active"}],
        "code": {"coding": [{"system": TYPES, "code": "SubscriptionTopic"}]},
    })
}

fn trigger(watched: &Watched) -> Value {
    let mut parts = vec![json!({"url": "resource", "valueUri": watched.resource})];
    let interactions = watched.interactions.iter();
    parts.extend(interactions.map(|code| json!({"url": "supportedInteraction", "valueCode": code})));
    parts.extend(watched.criterion.map(|path| json!({"url": "fhirPathCriteria", "valueString": path})));
    json!({"url": format!("{EXTENSION}.resourceTrigger"), "extension": parts})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::structure;

    const BASE: &str = "https://h/fhir";

    #[test]
    fn topics_are_found_by_what_they_are_and_are_fhir() {
        let all = found(BASE, "code=SubscriptionTopic").expect("topics");
        assert_eq!(all, Topic::ALL);
        assert_eq!(structure::check(&searchset(&all, BASE, "")), []);
        let coded = "code=http%3A%2F%2Fhl7.org%2Ffhir%2Ffhir-types%7CSubscriptionTopic";
        assert_eq!(found(BASE, coded), Ok(all));
        assert_eq!(found(BASE, "code=Account"), Ok(vec![]));
        let url = "url=https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic/\
            DSUBm-SubscriptionTopic-DocumentReference-PatientDependent";
        assert_eq!(found(BASE, url), Ok(vec![Topic::DocumentCreated]));
        assert!(found(BASE, "author=x").is_err());
    }

    #[test]
    fn every_topic_has_an_id_and_a_canonical_of_its_own() {
        for topic in Topic::ALL {
            let same = |other: &Topic| told(*other).id == told(topic).id;
            assert_eq!(Topic::ALL.iter().filter(|other| same(other)).count(), 1);
            assert!(told(topic).id.len() <= 64);
        }
    }
}
