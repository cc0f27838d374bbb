//! The searchset of DocumentReferences.

use journey::Found;
use model::Finding;
use serde_json::{Value, json};

use crate::document_reference::{Frame, write};
use crate::outcome::Teller;
use crate::search::encode;

/// Builds the Bundle: matches in the order of the store, then what was read past.
pub(crate) fn bundle(
    found: &Found,
    frame: &Frame<'_>,
    links: &Links,
    ignored: &[Finding],
    teller: &Teller<'_>,
) -> Value {
    let mut entries: Vec<Value> = found
        .entries
        .iter()
        .map(|visible| {
            let stored = visible.get();
            let frame = Frame { stored_at: stored.stored_at, ..*frame };
            let full_url = format!("{}/DocumentReference/{}", frame.base, stored.entry.logical_id.bare());
            json!({
                "fullUrl": full_url,
                "resource": write(&stored.entry, &stored.associations, &frame),
                "search": {"mode": "match"},
            })
        })
        .collect();
    if !ignored.is_empty() {
        entries.push(json!({"resource": teller.outcome(ignored.iter()), "search": {"mode": "outcome"}}));
    }
    searchset(found.total, entries, links)
}

/// Where the Bundle points: itself, and the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Links {
    pub(crate) own: String,
    pub(crate) next: Option<String>,
}

/// A searchset.
pub(crate) fn searchset(total: u64, entries: Vec<Value>, links: &Links) -> Value {
    let mut link = vec![json!({"relation": "self", "url": links.own})];
    link.extend(links.next.as_ref().map(|url| json!({"relation": "next", "url": url})));
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": total, "link": link});
    if let (false, Some(bundle)) = (entries.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), Value::Array(entries));
    }
    bundle
}

/// The URL of a search.
pub(crate) fn url(base: &str, parameters: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    match pairs.is_empty() {
        true => format!("{base}/DocumentReference"),
        false => format!("{base}/DocumentReference?{}", pairs.join("&")),
    }
}
