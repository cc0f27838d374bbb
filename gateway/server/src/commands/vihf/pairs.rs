//! The pairs: what the assertion states, and what says the same elsewhere.

use ihe::Transaction;
use ihe::vihf::{Examination, Holder, Mode, Name};
use model::Rule;

use super::opened::Compared;
use crate::identity::Structures;

/// Two places that must say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// A statement of the assertion.
    pub(super) stated: &'static str,
    /// What it is held against.
    pub(super) against: &'static str,
    pub(super) verdict: Agreement,
}

/// Whether they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// They say the same.
    Agrees,
    /// They do not.
    Differs,
    /// One of the two is not known here.
    Unknown,
}

impl From<Option<bool>> for Agreement {
    fn from(same: Option<bool>) -> Self {
        match same {
            Some(true) => Agreement::Agrees,
            Some(false) => Agreement::Differs,
            None => Agreement::Unknown,
        }
    }
}

/// Every pair that the mode and the message ask for.
pub(super) fn of(
    examination: &Examination,
    client: Option<&Holder>,
    compared: &Compared,
    structures: &Structures,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut pair = |stated, against, same: Option<bool>| {
        pairs.push(Pair { stated, against, verdict: Agreement::from(same) });
    };
    let signer = examination.signer.as_ref();
    let issuer = examination.issuer.as_deref().map(Name::parse);
    pair(
        "Issuer",
        "signer.subject",
        signer.zip(issuer).map(|(signer, issuer)| issuer.as_ref() == Some(&signer.subject)),
    );
    let claims = examination.claims.as_ref();
    let names = |holder: Option<&Holder>| {
        let (holder, claims) = holder.zip(claims)?;
        Some(holder.is_person() && holder.names_person(&claims.name_id.0))
    };
    let is_of = |holder: Option<&Holder>| {
        let (holder, claims) = holder.zip(claims)?;
        Some(holder.structures().any(|entity| structures.is_of(entity, &claims.structure.0)))
    };
    match claims.map(|claims| claims.mode) {
        Some(Mode::Direct) => {
            pair("NameID", "signer.person", names(signer));
            pair("NameID", "client.person", names(client));
            if signer.is_some_and(|signer| signer.structures().next().is_some()) {
                pair("Identifiant_Structure", "signer.structure", is_of(signer));
            }
        }
        Some(Mode::Indirect | Mode::Air) => {
            pair("Identifiant_Structure", "signer.structure", is_of(signer));
            pair("Identifiant_Structure", "client.structure", is_of(client));
        }
        None => {}
    }
    let same = |known: bool, rules: &[Rule]| {
        known.then(|| !compared.findings.iter().any(|finding| rules.contains(&finding.rule)))
    };
    let Compared { metadata, documents, .. } = *compared;
    match compared.transaction {
        Some(Transaction::Iti41) => {
            let patient = same(metadata, &[Rule::TokenPatientIsSubmissionPatient]);
            pair("resource-id", "XDSSubmissionSet.patientId", patient);
            let author = same(metadata, &[Rule::DepositorSignsTheSet]);
            pair("NameID, Identifiant_Structure", "XDSSubmissionSet.author", author);
            let structure = same(documents, &[Rule::CdaAgreesWithCaller]);
            pair("Identifiant_Structure", "CDA author, custodian", structure);
            let header = same(documents, &[Rule::CdaAgreesWithMetadata, Rule::CdaPatientIsThePatient]);
            pair("XDSDocumentEntry", "CDA", header);
        }
        Some(_) => {
            pair("resource-id", "query.patientId", same(metadata, &[Rule::TokenPatientIsQueryPatient]))
        }
        None => {}
    }
    pairs
}
