//! Provide Document Bundle to submission (IHE MHD 4.2.4 §2:3.65.4.1, PDSm 3.1.1 flux 01).

use std::collections::BTreeMap;

use journey::Superseded;
use mappings::Mappings;
use model::{
    Association, EntryUuid, Finding, Ins, ObjectRef, PartId, Rule, Severity, Submission, SubmissionSet,
};
use serde_json::Value;

use super::bundle::{Entries, Entry};
use super::content::Parts;
use super::places::Places;
use super::set::{self, ListKind};
use super::{profile, replace};
use crate::codec::Element;
use crate::document_reference::{self, Form, Given, Reading, entry_uuid, links_of};
use crate::patient::{Patients, own_id, qualified};

/// What reading needs beside the Bundle.
pub(crate) struct Frame<'a> {
    pub(crate) mappings: &'a Mappings,
    /// The French pack: PDSm's cardinalities hold whatever profile is claimed.
    pub(crate) french: bool,
    /// Base URL of this door.
    pub(crate) base: &'a str,
    /// INS of our own Patient ids that the Bundle names (see [`patients_named`]).
    pub(crate) known: &'a BTreeMap<EntryUuid, Ins>,
    /// Allocates an entryUUID.
    pub(crate) fresh: &'a (dyn Fn() -> EntryUuid + Sync),
}

/// What one entry of the request is, for the answer in the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The submission set.
    Set,
    /// The n-th document.
    Document(usize),
    /// The bytes of the n-th document.
    Binary(Option<usize>),
    /// A Patient, read and not created.
    Patient,
    /// The replacement mark of this document.
    Superseded(ObjectRef),
}

/// A Bundle that could be read.
#[derive(Debug)]
pub(crate) struct Submitted<'a> {
    pub(crate) submission: Submission,
    pub(crate) warnings: Vec<Finding>,
    /// One for each entry of the request.
    pub(crate) parts: Vec<Part>,
    /// Where each object of the submission stood.
    pub(crate) places: Places<'a>,
    /// Documents that a PATCH names in another way than `relatesTo` does.
    pub(crate) superseded: Vec<Superseded>,
}

/// Ids of our own Patients that a Bundle names as subject, or reads (an entry with GET).
pub(crate) fn patients_named(bundle: &Value, base: &str) -> Vec<EntryUuid> {
    let entries = Element::root(bundle).all("entry");
    let named = |path: &[&str], name: &str, entry: &Element<'_>| {
        entry.descend(path)?.text(name).and_then(|text| own_id(text, base))
    };
    let subjects = entries.iter().filter_map(|entry| named(&["resource", "subject"], "reference", entry));
    let read = entries.iter().filter_map(|entry| named(&["request"], "url", entry));
    let mut ids: Vec<EntryUuid> = subjects.chain(read).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Reads a structurally sound Bundle, or tells everything that is wrong with it.
pub(crate) fn read<'a>(bundle: &'a Value, frame: &Frame<'_>) -> Result<Submitted<'a>, Vec<Finding>> {
    let bundle = Element::root(bundle);
    let mut findings = Vec::new();
    if !profile::is_transaction(&bundle, &mut findings) {
        return Err(findings);
    }
    let pdsm = profile::claims_pdsm(&bundle, &mut findings);
    let entries = Entries::read(&bundle, &mut findings);
    let roles = roles(&bundle, &entries, &mut findings);
    let mut reading = Reading::new(frame.mappings, pdsm || frame.french);
    reading.findings = findings;
    let patients = Patients { entries: &entries, known: frame.known, base: frame.base };
    let set = roles.set.and_then(|(_, entry)| read_set(entry, &patients, frame, &mut reading));
    let mut places =
        Places { set: roles.set.and_then(|(_, entry)| entry.resource.clone()), ..Places::default() };
    let (submission, parts, superseded) = documents(set, &mut places, &roles, &patients, frame, &mut reading);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        reading.findings.into_iter().partition(|finding| finding.severity == Severity::Error);
    match (submission, errors.is_empty()) {
        (Some(submission), true) => Ok(Submitted { submission, warnings, parts, places, superseded }),
        _ => Err(errors.into_iter().chain(warnings).collect()),
    }
}

/// The entries by what they are.
#[derive(Default)]
struct Roles<'e, 'a> {
    set: Option<(usize, &'e Entry<'a>)>,
    documents: Vec<(usize, &'e Entry<'a>)>,
    patches: Vec<(usize, &'e Entry<'a>)>,
}

fn roles<'e, 'a>(
    bundle: &Element<'_>,
    entries: &'e Entries<'a>,
    findings: &mut Vec<Finding>,
) -> Roles<'e, 'a> {
    let mut roles = Roles::default();
    for (index, entry) in entries.iter().enumerate() {
        let list = entry.resource.as_ref().filter(|_| entry.kind() == "List").map(set::kind_of);
        match (entry.kind(), list, entry.method) {
            ("List", Some(ListKind::SubmissionSet), "POST") if roles.set.is_none() => roles.set = Some((index, entry)),
            ("List", Some(ListKind::SubmissionSet), "POST") => findings.push(
                entry.element.wrong("un seul lot (List submissionset) est permis", "only one submission set List is allowed"),
            ),
            ("List", Some(ListKind::Folder), _) => findings.push(unsupported(
                entry,
                "les classeurs (List folder) ne sont pas encore pris en charge",
                "folders (List folder) are not supported yet",
            )),
            ("DocumentReference", _, "POST") => roles.documents.push((index, entry)),
            ("Parameters", _, "PATCH") => roles.patches.push((index, entry)),
            ("Binary", _, "POST" | "PUT") | ("Patient", _, "GET" | "POST" | "PUT") => {}
            ("", _, "GET") if entry.url.starts_with("Patient") => {}
            ("Bundle", ..) => findings.push(
                unsupported(
                    entry,
                    "les documents FHIR (Bundle de type document) ne sont pas pris en charge",
                    "FHIR documents (Bundle of type document) are not supported",
                )
                .code("FHIRDocumentNotSupported"),
            ),
            _ => findings.push(entry.element.wrong(
                "entrée non permise dans ITI-65 : POST de List, DocumentReference ou Binary, PATCH de Parameters, Patient",
                "entry not allowed in ITI-65: POST of List, DocumentReference or Binary, PATCH of Parameters, Patient",
            )),
        }
    }
    if roles.set.is_none() {
        findings.push(bundle.missing("entry List submissionset"));
    }
    if roles.documents.is_empty() {
        findings.push(bundle.missing("entry DocumentReference"));
    }
    roles
}

fn unsupported(entry: &Entry<'_>, fr: &str, en: &str) -> Finding {
    Finding::new(Rule::TransactionIsSupported).at(entry.element.place()).detail(fr, en)
}

fn subject(resource: &Element<'_>, patients: &Patients<'_>, reading: &mut Reading<'_>) -> Option<Ins> {
    let reference = resource.get("subject")?;
    let ins = patients.ins(resource, &reference);
    reading.keep(ins)
}

fn read_set(
    entry: &Entry<'_>,
    patients: &Patients<'_>,
    frame: &Frame<'_>,
    reading: &mut Reading<'_>,
) -> Option<SubmissionSet> {
    let list = entry.resource.as_ref()?;
    let patient = subject(list, patients, reading);
    set::read(list, patient, (frame.fresh)(), reading)
}

fn documents<'a>(
    set: Option<SubmissionSet>,
    places: &mut Places<'a>,
    roles: &Roles<'_, 'a>,
    patients: &Patients<'_>,
    frame: &Frame<'_>,
    reading: &mut Reading<'_>,
) -> (Option<Submission>, Vec<Part>, Vec<Superseded>) {
    let entries = patients.entries;
    let uuids: BTreeMap<usize, EntryUuid> = roles
        .documents
        .iter()
        .map(|(index, entry)| {
            let stated = entry.resource.as_ref().and_then(entry_uuid).and_then(Result::ok);
            (*index, stated.unwrap_or_else(|| (frame.fresh)()))
        })
        .collect();
    let inside = |text: &str| entries.position(text).and_then(|index| uuids.get(&index)).copied();
    let mut contents = Parts::new(entries);
    let mut parts: Vec<Part> = entries.iter().map(|_| Part::Patient).collect();
    if let Some((index, _)) = roles.set {
        put(&mut parts, index, Part::Set);
    }
    let (mut read, mut associations, mut complete) = (Vec::new(), Vec::new(), set.is_some());
    for (number, (index, entry)) in roles.documents.iter().enumerate() {
        let (Some(resource), Some(fresh)) = (&entry.resource, uuids.get(index)) else { continue };
        let patient = subject(resource, patients, reading);
        let document = document_reference::read(
            resource,
            Given { patient, fresh: *fresh, form: Form::Comprehensive },
            reading,
        );
        let content = contents.of(resource, number, frame.base, reading);
        for link in links_of(resource, frame.base, &inside, reading) {
            let entry_uuid = (frame.fresh)();
            associations.push(Association {
                documentation: None,
                entry_uuid,
                kind: link.kind,
                source: *fresh,
                target: link.target,
            });
            places.links.push(link.at);
        }
        match document {
            Some(document) => read.push((document, content)),
            None => complete = false,
        }
        places.documents.push(resource.clone());
        put(&mut parts, *index, Part::Document(number));
    }
    let mut patches = Vec::new();
    for (index, entry) in &roles.patches {
        if let Some(target) = replace::target(entry, frame.base, &mut reading.findings) {
            patches.push((entry.element.clone(), target.clone()));
            put(&mut parts, *index, Part::Superseded(target));
        }
    }
    let superseded = replace::agree(&patches, &associations, &mut reading.findings);
    members(entries, roles, reading);
    places.orphans = contents.finish(&mut parts);
    let orphans: Vec<PartId> = places.orphans.iter().map(|(part, _)| part.clone()).collect();
    let identity_qualified = identity(entries, roles);
    let set = set.filter(|_| complete);
    let submission = set.map(|set| Submission {
        set,
        entries: read,
        folders: Vec::new(),
        associations,
        memberships: Vec::new(),
        orphans,
        identity_qualified,
    });
    (submission, parts, superseded)
}

fn put(parts: &mut [Part], index: usize, part: Part) {
    if let Some(slot) = parts.get_mut(index) {
        *slot = part;
    }
}

/// Every DocumentReference is in the List, and the List holds nothing else.
fn members(entries: &Entries<'_>, roles: &Roles<'_, '_>, reading: &mut Reading<'_>) {
    let Some(list) = roles.set.and_then(|(_, entry)| entry.resource.as_ref()) else { return };
    let mut listed = Vec::new();
    for item in list.all("entry") {
        let reference = item.get("item").and_then(|item| item.text("reference"));
        match reference.and_then(|reference| entries.position(reference)) {
            Some(index) if roles.documents.iter().any(|(document, _)| *document == index) => {
                listed.push(index)
            }
            _ => reading.tell(item.wrong(
                "chaque entry.item du lot doit désigner un DocumentReference du Bundle",
                "each entry.item of the set must name a DocumentReference of the Bundle",
            )),
        }
    }
    for (_, entry) in roles.documents.iter().filter(|(index, _)| !listed.contains(index)) {
        reading.tell(entry.element.wrong(
            "ce DocumentReference n'est pas dans List.entry du lot",
            "this DocumentReference is not in List.entry of the set",
        ));
    }
}

/// What the Patients of the submission say of the identity: one doubt is a doubt.
fn identity(entries: &Entries<'_>, roles: &Roles<'_, '_>) -> Option<bool> {
    let carriers = roles.set.iter().chain(&roles.documents).map(|(_, entry)| *entry);
    let contained =
        carriers.filter_map(|entry| entry.resource.as_ref()).flat_map(|resource| resource.all("contained"));
    let own = entries.iter().filter_map(|entry| entry.resource.clone());
    let patients = own.chain(contained).filter(|resource| resource.kind() == "Patient");
    let said: Vec<bool> = patients.filter_map(|patient| qualified(&patient)).collect();
    (!said.is_empty()).then(|| said.iter().all(|qualified| *qualified))
}
