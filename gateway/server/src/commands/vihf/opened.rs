//! The file: an assertion, or a message with one and with what it deposits or asks.

use std::cell::Cell;

use bytes::Bytes;
use ihe::vihf::Received;
use ihe::{Endpoint, Envelope, Limits, Transaction};
use journey::offline::check_submission_by;
use model::{Caller, Content, Finding, Ins, Rule};
use policy::signs_the_set;
use xml::Document;

use super::super::check::{self, Held, read};
use crate::commands::Misuse;
use crate::outside::RandomIds;

/// What an assertion may disagree with in a message: the rest is `passerelle check`'s.
const ABOUT_THE_CALLER: [Rule; 6] = [
    Rule::DepositorSignsTheSet,
    Rule::TokenPatientIsSubmissionPatient,
    Rule::CdaPatientIsThePatient,
    Rule::CdaAgreesWithMetadata,
    Rule::CdaAgreesWithCaller,
    Rule::OnePatientInSubmission,
];

/// An opened file.
pub(super) enum Opened {
    /// An assertion, or an envelope that is no request of this gateway.
    Document(Document),
    /// A request.
    Request(Box<Envelope>),
}

/// Reads a file.
///
/// # Errors
/// [`Misuse`] for what is neither XML nor a message.
pub(super) fn open(bytes: &[u8], parts: &[(String, Vec<u8>)]) -> anyhow::Result<Opened> {
    let text = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let is_xml = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<');
    let (content_type, body) = match is_xml {
        true => read::wrapped(text, parts),
        false => {
            let (content_type, body) = read::head(text)
                .ok_or_else(|| Misuse("neither XML nor a MIME message with its headers".to_owned()))?;
            (content_type, body.to_vec())
        }
    };
    let limits = Limits {
        message: usize::try_from(check::LARGEST).unwrap_or(usize::MAX),
        soap_1_1: true,
        ..Limits::default()
    };
    let mut refused = None;
    for endpoint in Endpoint::ALL {
        match ihe::open(endpoint, &content_type, Bytes::from(body.clone()), &limits) {
            Ok(envelope) => return Ok(Opened::Request(Box::new(envelope))),
            Err(fault) => refused = refused.or(Some(fault)),
        }
    }
    if is_xml {
        let document = xml::parse(text, &limits.xml);
        return document.map(Opened::Document).map_err(|error| Misuse(error.detail().1.to_owned()).into());
    }
    Err(Misuse(refused.map(|fault| fault.english()).unwrap_or_default()).into())
}

impl Opened {
    /// The message as it was received, with its parts.
    pub(super) fn received(&self) -> Received<'_> {
        match self {
            Opened::Document(document) => document.into(),
            Opened::Request(envelope) => envelope.as_ref().into(),
        }
    }

    /// Holds the message against the caller whom the assertion states.
    pub(super) fn compared(&self, held: &Held, caller: Option<&Caller>) -> Compared {
        let Opened::Request(envelope) = self else { return Compared::default() };
        let mut compared = Compared { transaction: Some(envelope.transaction), ..Compared::default() };
        let Some(caller) = caller else { return compared };
        if envelope.transaction == Transaction::Iti41 {
            deposited(held, envelope, caller, &mut compared);
        } else {
            asked(envelope, caller, &mut compared);
        }
        compared
    }
}

/// What a message says of the caller.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) transaction: Option<Transaction>,
    /// What contradicts the assertion, or the CDA the metadata.
    pub(super) findings: Vec<Finding>,
    /// The metadata, or the query's patient, could be read.
    pub(super) metadata: bool,
    /// Documents are there.
    pub(super) documents: bool,
}

fn deposited(held: &Held, envelope: &Envelope, caller: &Caller, compared: &mut Compared) {
    let name = envelope.transaction.name();
    let as_structure = caller.person().is_none();
    let documents = Cell::new(false);
    let (findings, metadata) = ihe::iti41::check(envelope, &RandomIds, &|submission| {
        documents.set(submission.entries.iter().any(|(_, content)| matches!(content, Content::Inline(_))));
        let mut findings = check_submission_by(held.domain(), name, submission, caller);
        if !signs_the_set(caller, as_structure, &submission.set) {
            findings.push(Finding::new(Rule::DepositorSignsTheSet));
        }
        findings
    });
    compared.findings =
        findings.into_iter().filter(|finding| ABOUT_THE_CALLER.contains(&finding.rule)).collect();
    (compared.metadata, compared.documents) = (metadata, documents.get());
}

/// A query names its patient in a slot; another patient than the assertion's is refused (read 3).
fn asked(envelope: &Envelope, caller: &Caller, compared: &mut Compared) {
    let patients: Vec<Ins> = patients(envelope).collect();
    compared.metadata = !patients.is_empty();
    if patients.iter().any(|patient| Some(patient) != caller.patient.as_ref()) {
        compared.findings.push(Finding::new(Rule::TokenPatientIsQueryPatient));
    }
}

/// The patients that a query names.
fn patients(envelope: &Envelope) -> impl Iterator<Item = Ins> {
    let slots = envelope.payload().subtree().filter(|element| {
        let name = element.attribute("name").unwrap_or_default();
        element.name() == "Slot" && name.starts_with('$') && name.to_ascii_lowercase().ends_with("patientid")
    });
    let texts = slots.flat_map(|slot| slot.subtree().filter(|element| element.name() == "Value"));
    texts.filter_map(|value| Ins::parse_cx(value.text().trim().trim_matches('\'')).ok())
}
