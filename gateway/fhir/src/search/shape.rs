//! How much of a resource an answer shows: `_summary` and `_elements` (FHIR R4 search §3.1.1.5.8, §3.1.1.5.9).

use serde_json::{Value, json};

/// `_summary`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Summary {
    /// Everything.
    #[default]
    False,
    /// The elements that R4 marks as summary.
    True,
    /// The narrative and what is mandatory.
    Text,
    /// Everything but the narrative.
    Data,
    /// The total alone.
    Count,
}

impl Summary {
    /// Reads the value.
    pub(crate) fn read(value: &str) -> Option<Self> {
        Some(match value {
            "false" => Summary::False,
            "true" => Summary::True,
            "text" => Summary::Text,
            "data" => Summary::Data,
            "count" => Summary::Count,
            _ => return None,
        })
    }
}

/// What is shown of each resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    pub(crate) summary: Summary,
    /// `_elements`, names of elements at the top; empty = not asked.
    pub(crate) elements: Vec<String>,
}

/// The elements of the types that searches answer: those of the summary, and among them the mandatory ones.
const TYPES: [(&str, &[&str], &[&str]); 2] = [
    (
        "DocumentReference",
        &[
            "masterIdentifier",
            "identifier",
            "status",
            "docStatus",
            "type",
            "category",
            "subject",
            "date",
            "author",
            "relatesTo",
            "description",
            "securityLabel",
            "content",
            "context",
        ],
        &["status", "content"],
    ),
    (
        "List",
        &["identifier", "status", "mode", "title", "code", "subject", "encounter", "date", "source"],
        &["status", "mode"],
    ),
];

/// Elements of `DocumentReference.context` that are not of the summary.
const CONTEXT_BEYOND: [&str; 5] =
    ["encounter", "event", "facilityType", "practiceSetting", "sourcePatientInfo"];

impl Shape {
    /// The resource as asked, marked as SUBSETTED where something may lack.
    pub(crate) fn of(&self, mut resource: Value) -> Value {
        let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some((_, summary, mandatory)) = TYPES.iter().find(|(name, ..)| *name == kind) else {
            return resource;
        };
        let asked = |name: &str| self.elements.iter().any(|element| element == name);
        let keeps = |name: &str| -> bool {
            let always = matches!(name, "resourceType" | "id" | "meta") || mandatory.contains(&name);
            match self.summary {
                _ if !self.elements.is_empty() => always || asked(name),
                Summary::False | Summary::Count => true,
                Summary::True => always || summary.contains(&name) || name == "implicitRules",
                Summary::Text => always || name == "text",
                Summary::Data => name != "text",
            }
        };
        if self.elements.is_empty() && matches!(self.summary, Summary::False | Summary::Count) {
            return resource;
        }
        let Some(elements) = resource.as_object_mut() else { return resource };
        let contained = elements.remove("contained");
        elements.retain(|name, _| keeps(name.trim_start_matches('_')));
        if self.elements.is_empty() && self.summary == Summary::True {
            summarise_context(elements.get_mut("context"));
        }
        let kept = contained.and_then(|contained| named_by(&Value::Object(elements.clone()), contained));
        if let Some(kept) = kept {
            elements.insert("contained".into(), kept);
        }
        if let Some(meta) = elements.entry("meta").or_insert_with(|| json!({})).as_object_mut() {
            let tag = json!({"system": SUBSETTED.0, "code": SUBSETTED.1});
            meta.insert("tag".into(), json!([tag]));
            // What lacks elements no longer meets the profile that requires them.
            meta.shift_remove("profile");
        }
        resource
    }
}

const SUBSETTED: (&str, &str) = ("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "SUBSETTED");

fn summarise_context(context: Option<&mut Value>) {
    if let Some(context) = context.and_then(Value::as_object_mut) {
        context.retain(|name, _| !CONTEXT_BEYOND.contains(&name.as_str()) && name != "related");
    }
}

/// The contained resources that what is left still names, directly or through another.
fn named_by(resource: &Value, contained: Value) -> Option<Value> {
    let Value::Array(mut waiting) = contained else { return None };
    let mut named = resource.to_string();
    let mut kept: Vec<Value> = Vec::new();
    loop {
        let is_named = |one: &Value| {
            let id = one.get("id").and_then(Value::as_str).unwrap_or_default();
            named.contains(&format!("\"#{id}\""))
        };
        let (found, others): (Vec<Value>, Vec<Value>) = waiting.into_iter().partition(is_named);
        if found.is_empty() {
            return (!kept.is_empty()).then_some(Value::Array(kept));
        }
        for one in &found {
            named.push_str(&one.to_string());
        }
        kept.extend(found);
        waiting = others;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "resourceType": "DocumentReference", "id": "x", "meta": {"versionId": "1"}, "text": {"status": "empty"},
            "contained": [
                {"resourceType": "Organization", "id": "o"},
                {"resourceType": "PractitionerRole", "id": "a", "organization": {"reference": "#o"}},
                {"resourceType": "Patient", "id": "p"},
            ],
            "status": "current", "type": {}, "custodian": {"reference": "#o"}, "author": [{"reference": "#a"}],
            "content": [], "context": {"period": {}, "sourcePatientInfo": {"reference": "#p"}},
        })
    }

    fn names(resource: &Value) -> Vec<&str> {
        resource.as_object().expect("an object").keys().map(String::as_str).collect()
    }

    #[test]
    fn a_summary_keeps_what_its_references_name() {
        let shown = Shape { summary: Summary::True, ..Shape::default() }.of(document());
        let ids: Vec<&str> = shown["contained"]
            .as_array()
            .expect("contained")
            .iter()
            .map(|one| one["id"].as_str().expect("id"))
            .collect();
        assert_eq!(ids, ["a", "o"]);
        assert_eq!(shown["context"], json!({"period": {}}));
        assert_eq!(shown["meta"]["tag"][0]["code"], "SUBSETTED");
        assert_eq!(shown["meta"].get("profile"), None);
        assert!(shown.get("custodian").is_none() && shown.get("text").is_none());
    }

    #[test]
    fn elements_are_those_asked_and_the_mandatory_ones() {
        let shown = Shape { elements: vec!["type".into()], ..Shape::default() }.of(document());
        assert_eq!(names(&shown), ["resourceType", "id", "meta", "status", "type", "content"]);
    }

    #[test]
    fn text_and_data_part_the_narrative_from_the_rest() {
        let text = Shape { summary: Summary::Text, ..Shape::default() }.of(document());
        assert_eq!(names(&text), ["resourceType", "id", "meta", "text", "status", "content"]);
        let data = Shape { summary: Summary::Data, ..Shape::default() }.of(document());
        assert!(data.get("text").is_none() && data.get("custodian").is_some());
        assert_eq!(Shape::default().of(document()), document());
    }
}
