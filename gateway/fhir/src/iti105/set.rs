//! The submission set that a single document comes with: generated, because ITI-105 carries none.

use mappings::{Mappings, ValueSet};
use model::{Actor, Author, Caller, Code, DocumentEntry, Oid, SubmissionSet, Xcn, Xon, system};

use super::request::Frame;

/// TRE_R209 "Type indifférencié": the activity that the document came from is not told.
pub(crate) const UNSPECIFIED: (&str, &str) = ("97", "1.2.250.1.213.2.2");
/// XCN.13 and XON.7 of national identifiers, and XCN.13 of a patient (ANS, PS_IdNat, Struct_IdNat; CI-SIS).
const PERSON: &str = "IDNPS";
const STRUCTURE: &str = "IDNST";
const PATIENT: &str = "NH";

/// The set of one document. Its uniqueId is derived by the journey, so that a retry is recognised.
pub(crate) fn of(entry: &DocumentEntry, frame: &Frame<'_>) -> SubmissionSet {
    SubmissionSet {
        entry_uuid: (frame.fresh)(),
        unique_id: None,
        source_id: frame.pack.repository.clone(),
        patient: entry.patient.clone(),
        submission_time: frame.now.to_hl7(),
        content_type: content_type(entry, frame.mappings),
        authors: authors(entry, frame.caller),
        intended_recipients: Vec::new(),
        title: None,
        comments: None,
    }
}

/// The document's facility type where the value set of activities has it too.
fn content_type(entry: &DocumentEntry, mappings: &Mappings) -> Code {
    if mappings.codes.contains(ValueSet::ContentType, &entry.facility_type) {
        return entry.facility_type.clone();
    }
    Code::new(UNSPECIFIED.0, UNSPECIFIED.1)
}

/// The document's authors that are the caller; the caller beside them where they do not say all of who sends.
fn authors(entry: &DocumentEntry, caller: &Caller) -> Vec<Author> {
    let mut own: Vec<Author> = entry.authors.iter().filter(|author| is(author, caller)).cloned().collect();
    let structure = caller.structure.as_ref();
    let told = structure.is_none_or(|id| own.iter().any(|author| has_institution(author, &id.0)));
    if own.is_empty() || !told {
        own.push(of_caller(caller));
    }
    own
}

fn is(author: &Author, caller: &Caller) -> bool {
    let person = author.person.as_ref().and_then(|person| person.id.as_deref());
    match &caller.actor {
        Actor::Professional { id, .. } => person == Some(id.0.as_str()),
        Actor::OfStructure { .. } => {
            let mut structures = caller.structure.iter().chain(&caller.legal_entities);
            structures.any(|id| has_institution(author, &id.0))
        }
        Actor::Holder { ins } | Actor::Representative { ins } => person == Some(ins.number()),
        Actor::Operator { .. } => false,
    }
}

fn has_institution(author: &Author, id: &str) -> bool {
    author.institutions.iter().any(|institution| institution.id.as_deref() == Some(id))
}

fn of_caller(caller: &Caller) -> Author {
    let person = match &caller.actor {
        Actor::Professional { id, name, .. } => Some(Xcn {
            id: Some(id.0.clone()),
            family: Some(name.clone()).filter(|name| !name.is_empty()),
            authority: Oid::parse(system::PROFESSIONALS).ok(),
            name_type: Some("D".to_owned()),
            id_type: Some(PERSON.to_owned()),
            ..Xcn::default()
        }),
        Actor::Holder { ins } | Actor::Representative { ins } => Some(Xcn {
            id: Some(ins.number().to_owned()),
            authority: Some(ins.authority()),
            name_type: Some("D".to_owned()),
            id_type: Some(PATIENT.to_owned()),
            ..Xcn::default()
        }),
        Actor::OfStructure { .. } | Actor::Operator { .. } => None,
    };
    let institution = |id: &model::StructureId| Xon {
        name: id.0.clone(),
        authority: Oid::parse(system::STRUCTURES).ok(),
        id_type: Some(STRUCTURE.to_owned()),
        id: Some(id.0.clone()),
    };
    Author { person, institutions: caller.structure.iter().map(institution).collect(), ..Author::default() }
}
