//! A document entry as a FHIR DocumentReference, written once, in both directions (IHE MHD 4.2.4,
//! PDSm 3.1.1; the mapping table of ITI TF-2 3.65.4.1.2).
//!
//! What cannot be carried is in the reviewed file `NOT_CARRIED.md` beside this one.

mod author;
mod author_write;
mod coding;
mod identifier;
mod links;
mod person;
mod read;
mod required;
mod source;
mod telecom;
#[cfg(test)]
mod tests;
mod write;

use mappings::Mappings;
use model::{Author, Code, DocumentEntry, EntryUuid, Finding, Ins, Malformed};
use serde_json::Value;

use crate::codec::{Element, structure};

pub(crate) use author::{author_of, contained, recipient_of};
pub(crate) use author_write::{Contained, kind_of_author};
pub(crate) use coding::{coding, concept, write_coding, write_concept};
pub(crate) use identifier::{
    Identified, Slice, best, entry_uuid, identified, kind_of, slice_of, unique_id, write_entry_uuid,
    write_unique_id,
};
pub(crate) use links::{by_condition, by_text, links_of, target_of};
pub(crate) use read::{Form, Given, read};
pub(crate) use required::extensions;
pub(crate) use source::write_sex;
pub(crate) use write::write_subject;
pub use write::{Frame, write};

/// URLs that both directions name.
pub(crate) mod url {
    /// Identifiers that are URIs (RFC 3986).
    pub(crate) const URI: &str = "urn:ietf:rfc:3986";
    /// MHD 4.2.4: the type of an Identifier slice.
    pub(crate) const IDENTIFIER_TYPE: &str =
        "https://profiles.ihe.net/ITI/MHD/CodeSystem/IHE.MHD.MHDIdentifierType";
    /// PDSm: archived yet current.
    pub(crate) const IS_ARCHIVED: &str =
        "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
    /// MHD: an author organisation.
    pub(crate) const AUTHOR_ORG: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-authorOrg";
    /// PDSm: the profile of a comprehensive DocumentReference.
    pub(crate) const PDSM_DOCUMENT: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference";
    /// MHD: the profile of a comprehensive DocumentReference.
    pub(crate) const MHD_DOCUMENT: &str =
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.DocumentReference";
    /// FR Core: identifier types.
    pub(crate) const FR_IDENTIFIER_TYPE: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203";
    /// HL7: identifier types.
    pub(crate) const V2_IDENTIFIER_TYPE: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
    /// HL7: the time of birth.
    pub(crate) const BIRTH_TIME: &str = "http://hl7.org/fhir/StructureDefinition/patient-birthTime";
    /// Ours: a role of an author that is no professional.
    pub(crate) const ROLE: &str = "urn:passerelle:fhir:author-role";
    /// Ours: a specialty of an author that is no professional.
    pub(crate) const SPECIALTY: &str = "urn:passerelle:fhir:author-specialty";
    /// Ours: the HL7 v2 name type that no `HumanName.use` says.
    pub(crate) const NAME_TYPE: &str = "urn:passerelle:fhir:name-type";
}

/// Everything that reading a resource needs and collects.
pub(crate) struct Reading<'a> {
    /// The tables.
    pub(crate) mappings: &'a Mappings,
    /// PDSm's cardinalities hold, beyond MHD's.
    pub(crate) strict: bool,
    /// Everything found so far, errors and warnings.
    pub(crate) findings: Vec<Finding>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(mappings: &'a Mappings, strict: bool) -> Self {
        Reading { mappings, strict, findings: Vec::new() }
    }

    pub(crate) fn tell(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The value, or its finding kept.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Finding>) -> Option<T> {
        result.map_err(|finding| self.tell(finding)).ok()
    }

    /// Where PDSm holds: a code in a terminology that it does not admit for this element (its `constr-bind-*`).
    pub(crate) fn admit(&mut self, element: &str, code: &Code, at: &Element<'_>) {
        let refusing = self.mappings.terminologies.refusing(element, &code.system);
        let Some(admitted) = refusing.filter(|_| self.strict) else { return };
        let basis = &admitted.basis;
        let finding = at.wrong(
            format!("terminologie non admise pour {element} : {} [{basis}]", code.system),
            format!("terminology not admitted for {element}: {} [{basis}]", code.system),
        );
        self.tell(Finding { severity: admitted.severity, ..finding });
    }

    /// The parsed value of a child, or its finding kept.
    pub(crate) fn parse<T>(
        &mut self,
        at: &Element<'_>,
        name: &str,
        parsed: Result<T, Malformed>,
    ) -> Option<T> {
        self.keep(parsed.map_err(|why| at.malformed(name, why)))
    }
}

/// Reads back a DocumentReference as [`write()`] shows it: the entry with its logicalID, version and status.
pub fn read_shown(mappings: &Mappings, resource: &Value) -> Result<DocumentEntry, Vec<Finding>> {
    let findings = structure::check(resource);
    if !findings.is_empty() {
        return Err(findings);
    }
    let element = Element::root(resource);
    let mut reading = Reading::new(mappings, false);
    let patient = element.descend(&["subject", "identifier"]).map(|identifier| {
        let oid = identifier.text("system").and_then(|system| system.strip_prefix("urn:oid:"));
        Ins::parse(identifier.text("value").unwrap_or_default(), oid.unwrap_or_default())
            .map_err(|why| identifier.malformed("value", why))
    });
    let patient = match patient {
        Some(patient) => reading.keep(patient),
        None => reading.keep(Err(element.missing("subject.identifier"))),
    };
    let fresh = EntryUuid::from_bytes([0; 16]);
    match read(&element, Given { patient, fresh, form: Form::Shown }, &mut reading) {
        Some(entry) => Ok(entry),
        None => {
            required::check(&element, Form::Comprehensive, &mut reading);
            Err(reading.findings)
        }
    }
}

/// True if the author names nobody and nothing.
pub(crate) fn is_nobody(author: &Author) -> bool {
    *author == Author::default()
}
