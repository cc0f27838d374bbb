//! DocumentReference with its bytes to submission (IHE MHD 4.2.4 §2:3.105.4.1, PDSm 3.1.1 flux 09).

use std::collections::BTreeMap;

use journey::{Clock, Ids, Pack, Store};
use mappings::Mappings;
use model::{
    Actor, Association, AssociationKind, Caller, Content, ContentBytes, EntryUuid, Finding, Ins, Moment,
    Rule, Severity, Submission,
};
use serde_json::Value;

use super::{complete, set};
use crate::Visit;
use crate::claim;
use crate::codec::{Element, contained, primitive};
use crate::document_reference::{self, Form, Given, Reading, Slice, links_of, slice_of};
use crate::iti65::{Entries, Places};
use crate::patient::{Patients, qualified};

/// What reading needs beside the resource.
pub(crate) struct Frame<'a> {
    pub(crate) mappings: &'a Mappings,
    pub(crate) pack: &'a Pack,
    /// Base URL of this door.
    pub(crate) base: &'a str,
    pub(crate) caller: &'a Caller,
    /// The Patient of ours that the subject names by id.
    pub(crate) known: Option<&'a (EntryUuid, Ins)>,
    pub(crate) now: Moment,
    /// Allocates an entryUUID.
    pub(crate) fresh: Fresh<'a>,
}

/// Allocates entryUUIDs.
type Fresh<'a> = Box<dyn Fn() -> EntryUuid + Send + Sync + 'a>;

impl<'a> Frame<'a> {
    /// What a visit gives.
    pub(crate) fn of<S: Store, C: Clock, I: Ids>(
        visit: &'a Visit<'a, S, C, I>,
        known: Option<&'a (EntryUuid, Ins)>,
    ) -> Self {
        Frame {
            mappings: &visit.desk.mappings,
            pack: &visit.desk.pack,
            base: &visit.door.base,
            caller: visit.caller,
            known,
            now: visit.desk.clock.now(),
            fresh: Box::new(|| visit.desk.ids.uuid()),
        }
    }
}

/// A resource that could be read.
#[derive(Debug)]
pub(crate) struct Published<'a> {
    pub(crate) submission: Submission,
    /// What was read all the same, and said so.
    pub(crate) warnings: Vec<Finding>,
    /// Where its objects stood in the resource as it was sent.
    pub(crate) places: Places<'a>,
}

/// Reads a structurally sound DocumentReference, or tells everything that is wrong with it.
pub(crate) fn read<'a>(resource: &'a Value, frame: &Frame<'_>) -> Result<Published<'a>, Vec<Finding>> {
    let of_the_patient = is_patient_side(frame.caller);
    let french = frame.pack.french;
    let setting = complete::Setting { mappings: frame.mappings, french, of_the_patient };
    let complete = complete::completed(resource, setting);
    let document = Element::root(&complete);
    let mut claims = Vec::new();
    let of_pdsm = claim::check(&document, claim::Role::Simplified, &mut claims);
    let mut reading = Reading::new(frame.mappings, french || of_pdsm);
    reading.findings = claims;
    let patient = subject(&document, frame, &mut reading);
    no_entry_uuid(&document, &mut reading);
    let fresh = (frame.fresh)();
    let form = Form::Simplified { custodian: !of_the_patient };
    let expected = patient.clone();
    let entry = document_reference::read(&document, Given { patient, fresh, form }, &mut reading);
    let content = content(&document);
    fhir_document(&document, &content, expected.as_ref(), &mut reading);
    let (associations, links) = replacements(&document, fresh, frame, &mut reading);
    contained::add(&Element::root(resource), &mut reading.findings);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        reading.findings.into_iter().partition(|finding| finding.severity == Severity::Error);
    let (Some(entry), true) = (entry, errors.is_empty()) else {
        return Err(errors.into_iter().chain(warnings).collect());
    };
    let root = Element::root(resource);
    let submission = Submission {
        set: set::of(&entry, frame),
        entries: vec![(entry, content)],
        associations,
        folders: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: identity(&root),
    };
    let places = Places { set: Some(root.clone()), documents: vec![root], links, ..Places::default() };
    Ok(Published { submission, warnings, places })
}

/// True for the holder and representatives.
pub(crate) fn is_patient_side(caller: &Caller) -> bool {
    match caller.actor {
        Actor::Holder { .. } | Actor::Representative { .. } => true,
        Actor::Professional { .. } | Actor::OfStructure { .. } | Actor::Operator { .. } => false,
    }
}

/// A conditional reference is for transactions only (FHIR R4 §3.1.0.11.2).
fn subject(document: &Element<'_>, frame: &Frame<'_>, reading: &mut Reading<'_>) -> Option<Ins> {
    let subject = document.get("subject")?;
    if subject.text("reference").is_some_and(|text| text.contains('?')) {
        let finding = subject.wrong(
            "une référence conditionnelle (Patient?identifier=…) ne vaut que dans un Bundle : donner subject.identifier",
            "a conditional reference (Patient?identifier=…) holds in a Bundle only: give subject.identifier",
        );
        reading.tell(finding.at(subject.place_of("reference")));
        return None;
    }
    let known: BTreeMap<EntryUuid, Ins> = frame.known.cloned().into_iter().collect();
    let entries = Entries::none();
    let patients = Patients { entries: &entries, known: &known, base: frame.base };
    reading.keep(patients.ins(document, &subject))
}

/// MHD 4.2.4: the recipient allocates the entryUUID.
fn no_entry_uuid(document: &Element<'_>, reading: &mut Reading<'_>) {
    for identifier in document.all("identifier") {
        if slice_of(&identifier) == Some(Slice::EntryUuid) {
            reading.tell(identifier.wrong(
                "ITI-105 ne prend pas d'entryUUID : ce serveur l'attribue ; seul masterIdentifier est donné",
                "ITI-105 takes no entryUUID: this server allocates it; only masterIdentifier is given",
            ));
        }
    }
}

/// The bytes; that they are there and are base64 was told by the checks of structure and cardinality.
fn content(document: &Element<'_>) -> Content {
    let attachment = document.first("content").and_then(|content| content.get("attachment"));
    let data = attachment.as_ref().and_then(|attachment| attachment.text("data"));
    match data.and_then(primitive::decode) {
        Some(bytes) => Content::Inline(ContentBytes::new(bytes)),
        None => Content::Missing(None),
    }
}

/// Bytes declared as FHIR are a FHIR document about the same patient.
fn fhir_document(
    document: &Element<'_>,
    content: &Content,
    patient: Option<&Ins>,
    reading: &mut Reading<'_>,
) {
    let attachment = document.first("content").and_then(|content| content.get("attachment"));
    if let (Content::Inline(bytes), Some(attachment)) = (content, attachment)
        && let Some(format) = crate::fhir_document::declared(&attachment)
    {
        let found = crate::fhir_document::check_bytes(bytes.as_slice(), format, patient, &attachment, "data");
        reading.findings.extend(found);
    }
}

/// `relatesTo` with the code replaces; any other relationship takes a submission set of its own.
fn replacements(
    document: &Element<'_>,
    source: EntryUuid,
    frame: &Frame<'_>,
    reading: &mut Reading<'_>,
) -> (Vec<Association>, Vec<model::Location>) {
    let links = links_of(document, frame.base, &|_| None, reading);
    let mut kept = (Vec::new(), Vec::new());
    for link in links {
        let name = match link.kind {
            AssociationKind::Replaces => {
                let entry_uuid = (frame.fresh)();
                kept.0.push(Association {
                    entry_uuid,
                    kind: link.kind,
                    source,
                    target: link.target,
                    documentation: None,
                });
                kept.1.push(link.at);
                continue;
            }
            AssociationKind::Transforms
            | AssociationKind::TransformsAndReplaces
            | AssociationKind::Snapshots => "transforms",
            AssociationKind::Appends => "appends",
            AssociationKind::Signs => "signs",
        };
        reading.tell(Finding::new(Rule::TransactionIsSupported).at(link.at).detail(
            format!("ITI-105 n'accepte que relatesTo replaces ; pour {name}, déposer un lot par ITI-65"),
            format!("ITI-105 accepts relatesTo replaces only; for {name}, deposit a set by ITI-65"),
        ));
    }
    kept
}

/// What the contained Patients say of the identity: one doubt is a doubt.
fn identity(document: &Element<'_>) -> Option<bool> {
    let contained = document.all("contained");
    let patients = contained.iter().filter(|resource| resource.kind() == "Patient");
    let said: Vec<bool> = patients.filter_map(qualified).collect();
    (!said.is_empty()).then(|| said.iter().all(|qualified| *qualified))
}
