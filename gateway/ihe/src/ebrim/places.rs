//! Where the objects of a submission stood in the message: from the journey's locations to ebRIM paths.

use model::{Finding, Location, SubmittedObject};
use xml::Element;

use super::list::{Kind, List, is_membership};
use super::{Notes, Object};

/// Attributes that are slots; `mimeType`, `title` and `comments` have their own places.
const SLOTS: [&str; 11] = [
    "creationTime",
    "hash",
    "languageCode",
    "legalAuthenticator",
    "repositoryUniqueId",
    "serviceStartTime",
    "serviceStopTime",
    "size",
    "sourcePatientId",
    "sourcePatientInfo",
    "submissionTime",
];

/// The objects of one submission by their path.
#[derive(Debug, Default)]
pub(crate) struct Places {
    set: String,
    entries: Vec<String>,
    folders: Vec<String>,
    associations: Vec<String>,
    memberships: Vec<String>,
}

impl Places {
    /// The paths of the objects of a `rim:RegistryObjectList`, each kind in the order of the submission.
    pub(crate) fn of(list: Element<'_>) -> Self {
        let mut unheard = Notes::default();
        let list = List::read(list, &mut unheard);
        let kinds = list.kinds(&mut unheard);
        let path = |object: &Object<'_>| object.path().to_owned();
        let (memberships, links): (Vec<&Object<'_>>, Vec<&Object<'_>>) =
            list.associations.iter().partition(|object| is_membership(object));
        Places {
            set: list.packages_of(&kinds, Kind::Set).next().map(path).unwrap_or_default(),
            entries: list.extrinsic.iter().map(path).collect(),
            folders: list.packages_of(&kinds, Kind::Folder).map(path).collect(),
            associations: links.into_iter().map(path).collect(),
            memberships: memberships.into_iter().map(path).collect(),
        }
    }

    /// The finding with its place in the message.
    pub(crate) fn locate(&self, finding: Finding) -> Finding {
        let Location::Submitted(object, attribute) = finding.at else { return finding };
        let (path, class) = match object {
            SubmittedObject::Set => (Some(&self.set), "XDSSubmissionSet"),
            SubmittedObject::Entry(index) => (self.entries.get(index), "XDSDocumentEntry"),
            SubmittedObject::Folder(index) => (self.folders.get(index), "XDSFolder"),
            SubmittedObject::Association(index) => (self.associations.get(index), ""),
            SubmittedObject::Membership(index) => (self.memberships.get(index), ""),
        };
        let at = match path {
            Some(path) => Location::Ebrim(format!("{path}{}", below(class, attribute))),
            None => Location::Whole,
        };
        Finding { at, ..finding }
    }
}

/// The attribute's place below its object.
fn below(class: &str, attribute: &str) -> String {
    match attribute {
        "" => String::new(),
        "mimeType" => "/@mimeType".to_owned(),
        "entryUUID" => "/@id".to_owned(),
        "source" => "/@sourceObject".to_owned(),
        "target" => "/@targetObject".to_owned(),
        "title" => "/Name".to_owned(),
        "comments" => "/Description".to_owned(),
        "uniqueId" | "patientId" | "sourceId" => format!("/ExternalIdentifier({class}.{attribute})"),
        "referenceIdList" => format!("/Slot({})", super::names::entry::REFERENCES),
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
            folders: vec!["RegistryPackage(F)".into()],
            associations: vec!["Association(A)".into()],
            memberships: vec!["Association(M)".into()],
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
            (
                SubmittedObject::Folder(0),
                "uniqueId",
                "RegistryPackage(F)/ExternalIdentifier(XDSFolder.uniqueId)",
            ),
            (SubmittedObject::Folder(0), "codeList", "RegistryPackage(F)/Classification(codeList)"),
            (SubmittedObject::Association(0), "target", "Association(A)/@targetObject"),
            (SubmittedObject::Membership(0), "source", "Association(M)/@sourceObject"),
            (SubmittedObject::Entry(7), "hash", ""),
        ];
        for (object, attribute, expected) in cases {
            let finding = Finding::new(Rule::HashAndSizeHold).at(Location::Submitted(object, attribute));
            assert_eq!(places().locate(finding).at.as_str(), expected);
        }
    }
}
