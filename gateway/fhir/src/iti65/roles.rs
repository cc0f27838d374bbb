//! The entries of a provide-bundle by what they are (MHD 4.2.4 ProvideBundle: closed slicing on resource and method).

use model::{Finding, Rule};

use super::bundle::{Entries, Entry};
use crate::claim::{self, Role};
use crate::codec::Element;
use crate::list::{self, ListKind};

/// An entry with its index.
pub(super) type Placed<'e, 'a> = (usize, &'e Entry<'a>);

/// The entries by what they are. Binaries, FHIR documents and Patients are found by who names them.
#[derive(Default)]
pub(super) struct Roles<'e, 'a> {
    /// The submission set.
    pub(super) set: Option<Placed<'e, 'a>>,
    /// New documents.
    pub(super) documents: Vec<Placed<'e, 'a>>,
    /// New folders.
    pub(super) folders: Vec<Placed<'e, 'a>>,
    /// Folders of the record, stated whole.
    pub(super) changed: Vec<Placed<'e, 'a>>,
    /// Documents of the record marked as superseded.
    pub(super) patches: Vec<Placed<'e, 'a>>,
}

impl<'e, 'a> Roles<'e, 'a> {
    /// Tells them apart; every other entry is a finding.
    pub(super) fn of(bundle: &Element<'_>, entries: &'e Entries<'a>, findings: &mut Vec<Finding>) -> Self {
        let mut roles = Roles::default();
        for (index, entry) in entries.iter().enumerate() {
            let list = entry.resource.as_ref().filter(|_| entry.kind() == "List").map(list::kind_of);
            match (entry.kind(), list, entry.method) {
                ("List", Some(ListKind::SubmissionSet), "POST") if roles.set.is_none() => {
                    roles.set = Some((index, entry));
                }
                ("List", Some(ListKind::SubmissionSet), "POST") => findings.push(entry.element.wrong(
                    "un seul lot (List submissionset) est permis",
                    "only one submission set List is allowed",
                )),
                ("List", Some(ListKind::Folder), "POST") => roles.folders.push((index, entry)),
                ("List", Some(ListKind::Folder), "PUT") => roles.changed.push((index, entry)),
                ("DocumentReference", _, "POST") => roles.documents.push((index, entry)),
                ("Parameters", _, "PATCH") => roles.patches.push((index, entry)),
                ("Binary", _, "POST" | "PUT") | ("Patient", _, "GET" | "POST" | "PUT") => {}
                ("", _, "GET") if entry.url.starts_with("Patient") => {}
                ("Bundle", _, "POST") if is_document(entry) => {}
                ("Bundle", ..) => findings.push(
                    Finding::new(Rule::TransactionIsSupported).at(entry.element.place()).detail(
                        "un Bundle n'est une entrée d'ITI-65 que s'il est un document FHIR (type document), par POST",
                        "a Bundle is an entry of ITI-65 only as a FHIR document (type document), by POST",
                    ),
                ),
                ("List", Some(ListKind::Unknown), _) => findings.push(entry.element.wrong(
                    "List.code attendu : MHDlistTypes submissionset ou folder",
                    "expected List.code: MHDlistTypes submissionset or folder",
                )),
                _ => findings.push(entry.element.wrong(
                    "entrée non permise dans ITI-65 : POST de List, DocumentReference, Binary ou Bundle document, PUT d'un \
                     classeur (List), PATCH de Parameters, Patient",
                    "entry not allowed in ITI-65: POST of List, DocumentReference, Binary or document Bundle, PUT of a \
                     folder (List), PATCH of Parameters, Patient",
                )),
            }
        }
        if roles.set.is_none() {
            findings.push(bundle.missing("entry List submissionset"));
        }
        if roles.documents.is_empty() && roles.folders.is_empty() && roles.changed.is_empty() {
            findings.push(bundle.missing("entry DocumentReference"));
        }
        roles
    }

    /// Tells profiles claimed by what they are not for; true if one of PDSm is claimed.
    pub(super) fn claim_pdsm(&self, findings: &mut Vec<Finding>) -> bool {
        let of = |entries: &[Placed<'e, 'a>], role: Role| -> Vec<(Role, Element<'a>)> {
            entries.iter().filter_map(|(_, entry)| Some((role, entry.resource.clone()?))).collect()
        };
        let set: Vec<Placed<'e, 'a>> = self.set.into_iter().collect();
        let mut all = of(&set, Role::Set);
        all.extend(of(&self.documents, Role::Document));
        all.extend(of(&self.folders, Role::Folder));
        all.extend(of(&self.changed, Role::Folder));
        all.iter().filter(|(role, resource)| claim::check(resource, *role, findings)).count() > 0
    }

    /// Every entry that carries metadata.
    pub(super) fn carriers(&self) -> impl Iterator<Item = &'e Entry<'a>> {
        let lists = self.set.iter().chain(&self.folders).chain(&self.changed);
        lists.chain(&self.documents).map(|(_, entry)| *entry)
    }
}

/// True for a FHIR document.
pub(super) fn is_document(entry: &Entry<'_>) -> bool {
    entry.resource.as_ref().is_some_and(|bundle| bundle.text("type") == Some("document"))
}
