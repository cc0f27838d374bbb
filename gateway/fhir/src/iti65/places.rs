//! Where the objects of a submission stood in the Bundle: from the journey's locations to FHIRPath.

use model::{Finding, Location, PartId, SubmittedObject};

use crate::codec::Element;

/// An attribute of a document entry and the element that carries it. `author` covers its parts.
const ENTRY: [(&str, &[&str]); 22] = [
    ("uniqueId", &["masterIdentifier", "value"]),
    ("entryUUID", &["identifier"]),
    ("patientId", &["subject"]),
    ("typeCode", &["type"]),
    ("classCode", &["category"]),
    ("formatCode", &["content", "format"]),
    ("confidentialityCode", &["securityLabel"]),
    ("healthcareFacilityTypeCode", &["context", "facilityType"]),
    ("practiceSettingCode", &["context", "practiceSetting"]),
    ("eventCodeList", &["context", "event"]),
    ("creationTime", &["content", "attachment", "creation"]),
    ("serviceStartTime", &["context", "period", "start"]),
    ("serviceStopTime", &["context", "period", "end"]),
    ("languageCode", &["content", "attachment", "language"]),
    ("mimeType", &["content", "attachment", "contentType"]),
    ("hash", &["content", "attachment", "hash"]),
    ("size", &["content", "attachment", "size"]),
    ("title", &["content", "attachment", "title"]),
    ("comments", &["description"]),
    ("legalAuthenticator", &["authenticator"]),
    ("sourcePatient", &["context", "sourcePatientInfo"]),
    ("author", &["author"]),
];

/// An attribute of a submission set and the element of the List.
const SET: [(&str, &[&str]); 7] = [
    ("uniqueId", &["identifier"]),
    ("entryUUID", &["identifier"]),
    ("patientId", &["subject"]),
    ("submissionTime", &["date"]),
    ("title", &["title"]),
    ("comments", &["note"]),
    ("author", &["source"]),
];

/// An attribute of a folder and the element of the List.
const FOLDER: [(&str, &[&str]); 6] = [
    ("uniqueId", &["identifier"]),
    ("entryUUID", &["identifier"]),
    ("patientId", &["subject"]),
    ("codeList", &["extension"]),
    ("title", &["title"]),
    ("comments", &["note"]),
];

/// The objects of one submission by their place.
#[derive(Debug, Default)]
pub(crate) struct Places<'a> {
    /// The List.
    pub(crate) set: Option<Element<'a>>,
    /// The DocumentReferences, in the order of `Submission::entries`.
    pub(crate) documents: Vec<Element<'a>>,
    /// The `relatesTo`, in the order of `Submission::associations`.
    pub(crate) links: Vec<Location>,
    /// The Lists of new folders, in the order of `Submission::folders`.
    pub(crate) folders: Vec<Element<'a>>,
    /// The entries of Lists, in the order of `Submission::memberships`.
    pub(crate) members: Vec<Location>,
    /// The Binary entries that no document names.
    pub(crate) orphans: Vec<(PartId, Location)>,
}

impl Places<'_> {
    /// The finding with its place in the Bundle.
    pub(crate) fn locate(&self, finding: Finding) -> Finding {
        let at = match finding.at {
            Location::Submitted(SubmittedObject::Set, attribute) => {
                self.set.as_ref().map(|list| follow(list, &SET, attribute))
            }
            Location::Submitted(SubmittedObject::Entry(index), attribute) => {
                self.documents.get(index).map(|document| follow(document, &ENTRY, attribute))
            }
            Location::Submitted(SubmittedObject::Folder(index), attribute) => {
                self.folders.get(index).map(|list| follow(list, &FOLDER, attribute))
            }
            Location::Submitted(SubmittedObject::Association(index), _) => self.links.get(index).cloned(),
            Location::Submitted(SubmittedObject::Membership(index), _) => self.members.get(index).cloned(),
            Location::Whole => self.orphan(&finding),
            _ => return finding,
        };
        Finding { at: at.unwrap_or_default(), ..finding }
    }
}

impl Places<'_> {
    /// The entry of a part that the finding names.
    fn orphan(&self, finding: &Finding) -> Option<Location> {
        let named = |name: &PartId| finding.args.iter().any(|(key, text)| *key == "part" && *text == name.0);
        self.orphans.iter().find(|(name, _)| named(name)).map(|(_, at)| at.clone())
    }
}

/// Follows the element of an attribute as far as the resource has it.
fn follow(resource: &Element<'_>, table: &[(&str, &[&str])], attribute: &str) -> Location {
    let steps = table.iter().find(|(name, _)| attribute.starts_with(name)).map(|(_, steps)| *steps);
    let mut at = resource.clone();
    for step in steps.unwrap_or_default() {
        match at.get(step).or_else(|| at.only(step)) {
            Some(below) => at = below,
            None => return at.place_of(step),
        }
    }
    at.place()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Rule;
    use serde_json::json;

    #[test]
    fn the_place_is_the_deepest_element_that_is_there() {
        let resource = json!({
            "resourceType": "DocumentReference",
            "securityLabel": [{"text": "a"}, {"text": "b"}],
            "content": [{"attachment": {"hash": "x"}}],
        });
        let places = Places { set: None, documents: vec![Element::root(&resource)], ..Places::default() };
        for (attribute, path) in [
            ("hash", "DocumentReference.content[0].attachment.hash"),
            ("size", "DocumentReference.content[0].attachment"),
            ("confidentialityCode", "DocumentReference.securityLabel"),
            ("authorPerson", "DocumentReference"),
            ("", "DocumentReference"),
            ("somethingElse", "DocumentReference"),
        ] {
            let at = Location::Submitted(SubmittedObject::Entry(0), attribute);
            let located = places.locate(Finding::new(Rule::HashAndSizeHold).at(at));
            assert_eq!(located.at.as_str(), path, "{attribute}");
        }
        let elsewhere = Location::Submitted(SubmittedObject::Entry(9), "hash");
        assert_eq!(places.locate(Finding::new(Rule::HashAndSizeHold).at(elsewhere)).at, Location::Whole);
    }
}
