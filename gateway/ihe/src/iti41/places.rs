//! Where the objects of a submission stood in the message: from the journey's locations to ebRIM paths.

use model::{Finding, Location, SubmittedObject};
use xml::Element;

use crate::Envelope;
use crate::ebrim::names::{LCM, RIM};
use crate::ebrim::shown_id;

/// Attributes that are slots; `mimeType`, `title` and `comments` have their own places.
const SLOTS: [&str; 10] = [
    "creationTime",
    "hash",
    "languageCode",
    "legalAuthenticator",
    "serviceStartTime",
    "serviceStopTime",
    "size",
    "sourcePatientId",
    "sourcePatientInfo",
    "submissionTime",
];

/// The objects of one submission by their path.
#[derive(Debug, Default)]
pub(super) struct Places {
    set: String,
    entries: Vec<String>,
    associations: Vec<String>,
}

impl Places {
    /// Reads the ids of the message, in the order of the submission.
    pub(super) fn of(envelope: &Envelope) -> Self {
        let list = envelope
            .payload()
            .child(LCM, "SubmitObjectsRequest")
            .and_then(|submit| submit.child(RIM, "RegistryObjectList"));
        let Some(list) = list else { return Places::default() };
        let paths = |name: &'static str| list.children_named(RIM, name).map(path);
        let links = list.children_named(RIM, "Association").filter(|link| !is_membership(*link));
        Places {
            set: paths("RegistryPackage").next().unwrap_or_default(),
            entries: paths("ExtrinsicObject").collect(),
            associations: links.map(path).collect(),
        }
    }

    /// The finding with its place in the message.
    pub(super) fn locate(&self, finding: Finding) -> Finding {
        let Location::Submitted(object, attribute) = finding.at else { return finding };
        let object = match object {
            SubmittedObject::Set => Some(&self.set),
            SubmittedObject::Entry(index) => self.entries.get(index),
            SubmittedObject::Association(index) => self.associations.get(index),
            SubmittedObject::Folder(_) | SubmittedObject::Membership(_) => None,
        };
        let at = match object {
            Some(object) => Location::Ebrim(format!("{object}{}", below(object, attribute))),
            None => Location::Whole,
        };
        Finding { at, ..finding }
    }
}

fn path(object: Element<'_>) -> String {
    format!("{}({})", object.name(), shown_id(object.attribute("id").unwrap_or_default()))
}

fn is_membership(association: Element<'_>) -> bool {
    association.attribute("associationType").unwrap_or_default().ends_with(":HasMember")
}

/// The attribute's place below its object.
fn below(object: &str, attribute: &str) -> String {
    let class = if object.starts_with("RegistryPackage") { "XDSSubmissionSet" } else { "XDSDocumentEntry" };
    match attribute {
        "" => String::new(),
        "mimeType" => "/@mimeType".to_owned(),
        "entryUUID" => "/@id".to_owned(),
        "target" => "/@targetObject".to_owned(),
        "title" => "/Name".to_owned(),
        "comments" => "/Description".to_owned(),
        "uniqueId" | "patientId" | "sourceId" => format!("/ExternalIdentifier({class}.{attribute})"),
        "referenceIdList" => format!("/Slot({})", crate::ebrim::names::entry::REFERENCES),
        slot if SLOTS.contains(&slot) => format!("/Slot({slot})"),
        classified => format!("/Classification({classified})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Rule;

    fn places() -> Places {
        Places {
            set: "RegistryPackage(SS)".into(),
            entries: vec!["ExtrinsicObject(D1)".into(), "ExtrinsicObject(D2)".into()],
            associations: vec!["Association(A)".into()],
        }
    }

    #[test]
    fn each_attribute_is_located_where_it_stands_in_ebrim() {
        let cases = [
            (SubmittedObject::Entry(1), "typeCode", "ExtrinsicObject(D2)/Classification(typeCode)"),
            (SubmittedObject::Entry(0), "hash", "ExtrinsicObject(D1)/Slot(hash)"),
            (SubmittedObject::Entry(0), "mimeType", "ExtrinsicObject(D1)/@mimeType"),
            (
                SubmittedObject::Entry(0),
                "uniqueId",
                "ExtrinsicObject(D1)/ExternalIdentifier(XDSDocumentEntry.uniqueId)",
            ),
            (
                SubmittedObject::Set,
                "patientId",
                "RegistryPackage(SS)/ExternalIdentifier(XDSSubmissionSet.patientId)",
            ),
            (SubmittedObject::Association(0), "target", "Association(A)/@targetObject"),
            (SubmittedObject::Entry(7), "hash", ""),
        ];
        for (object, attribute, expected) in cases {
            let finding = Finding::new(Rule::HashAndSizeHold).at(Location::Submitted(object, attribute));
            assert_eq!(places().locate(finding).at.as_str(), expected);
        }
    }
}
