//! Contained resources and the references to them (FHIR R4 §2.2.3.2; dom-2, dom-3 and dom-4 of DomainResource).

use model::{Finding, Severity};
use serde_json::Value;

use super::Element;

/// Everything wrong between a resource and what it contains. A reference that leads to nothing refuses; a contained
/// resource that nothing names only warns: it is not kept.
pub(crate) fn check(resource: &Element<'_>) -> Vec<Finding> {
    let contained = resource.all("contained");
    let mut references = Vec::new();
    collect(resource, &mut references, DEPTH);
    let mut findings = Vec::new();
    for inner in &contained {
        if inner.has("contained") {
            findings.push(
                inner
                    .wrong(
                        "une ressource contenue n'en contient pas d'autre (dom-2)",
                        "a contained resource contains no other (dom-2)",
                    )
                    .at(inner.place_of("contained")),
            );
        }
        let Some(id) = inner.text("id") else {
            findings.push(inner.missing("id"));
            continue;
        };
        if contained.iter().filter(|other| other.text("id") == Some(id)).count() > 1 {
            findings.push(
                inner
                    .wrong("id donné à deux ressources contenues", "id given to two contained resources")
                    .at(inner.place_of("id")),
            );
        }
        let is_named = references.iter().any(|(_, target)| target == id);
        if !is_named && !names_its_owner(inner) {
            findings.push(
                inner
                    .wrong(
                        "ressource contenue que rien ne désigne (dom-3) : non conservée",
                        "contained resource that nothing names (dom-3): not kept",
                    )
                    .warning(),
            );
        }
    }
    let leads = |target: &str| contained.iter().any(|inner| inner.text("id") == Some(target));
    for (at, target) in references.iter().filter(|(_, target)| !target.is_empty() && !leads(target)) {
        // The identifier of a reference to something contained may be told: it is the sender's own short name.
        let plain =
            target.len() <= 64 && target.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        let shown = if plain { target.as_str() } else { "…" };
        findings.push(
            at.wrong(
                format!("aucune ressource contenue n'a l'id {shown}"),
                format!("no contained resource has the id {shown}"),
            )
            .at(at.place_of("reference")),
        );
    }
    findings
}

/// Adds the findings that are not told already, more exactly, of the same element.
pub(crate) fn add(resource: &Element<'_>, findings: &mut Vec<Finding>) {
    for finding in check(resource) {
        let place = finding.at.as_str();
        let element = place.strip_suffix(".reference").unwrap_or(place);
        let told = finding.severity == Severity::Error
            && findings.iter().any(|known| {
                known.severity == Severity::Error && [place, element].contains(&known.at.as_str())
            });
        if !told {
            findings.push(finding);
        }
    }
}

/// The message was bounded when it was read; this only ends the recursion.
const DEPTH: usize = 64;

/// The elements that name something contained, and what.
fn collect<'a>(at: &Element<'a>, found: &mut Vec<(Element<'a>, String)>, depth: usize) {
    let (Some(members), Some(depth)) = (at.value().as_object(), depth.checked_sub(1)) else { return };
    if let Some(target) = at.text("reference").and_then(|text| text.strip_prefix('#')) {
        found.push((at.clone(), target.to_owned()));
    }
    for (name, value) in members {
        match value {
            Value::Object(_) => at.get(name).iter().for_each(|inner| collect(inner, found, depth)),
            Value::Array(_) => at.all(name).iter().for_each(|inner| collect(inner, found, depth)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// True if a contained resource refers to the resource that contains it (`#`).
fn names_its_owner(inner: &Element<'_>) -> bool {
    let mut references = Vec::new();
    collect(inner, &mut references, DEPTH);
    references.iter().any(|(_, target)| target.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(resource: Value) -> Vec<(String, Severity)> {
        let found = check(&Element::root(&resource)).into_iter();
        found.map(|finding| (finding.at.as_str().to_owned(), finding.severity)).collect()
    }

    #[test]
    fn what_is_contained_is_named_and_what_is_named_is_contained() {
        let organization = |id: &str| json!({"resourceType": "Organization", "id": id, "name": "x"});
        let list = |contained: Value, source: &str| json!({"resourceType": "List", "contained": contained, "source": {"reference": source}});
        assert_eq!(told(list(json!([organization("a")]), "#a")), []);
        assert_eq!(
            told(list(json!([organization("a")]), "#b")),
            [
                ("List.contained[0]".to_owned(), Severity::Warning),
                ("List.source.reference".to_owned(), Severity::Error)
            ]
        );
        assert_eq!(
            told(list(json!([organization("a"), organization("a")]), "#a")),
            [
                ("List.contained[0].id".to_owned(), Severity::Error),
                ("List.contained[1].id".to_owned(), Severity::Error)
            ]
        );
        let mut nested = organization("a");
        nested["contained"] = json!([organization("b")]);
        assert_eq!(told(list(json!([nested]), "#a"))[0].0, "List.contained[0].contained");
        let chain = json!([{"resourceType": "PractitionerRole", "id": "r", "organization": {"reference": "#o"}}, organization("o")]);
        assert_eq!(told(list(chain, "#r")), []);
        let owner = json!([{"resourceType": "Provenance", "id": "p", "target": [{"reference": "#"}]}]);
        assert_eq!(told(json!({"resourceType": "List", "contained": owner})), []);
    }
}
