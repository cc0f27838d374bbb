//! The header of a CDA R2 document (HL7 CDA Release 2, POCD_HD000040), read tolerantly.
//!
//! [`read_header`] keeps what the comparison with XDS metadata needs, each value with the XPath where it
//! stands. It demands no national condition and nothing optional: what is absent is `None` or empty. What it
//! reports is what makes a header unusable: another root, a time that is no HL7 time, too many repetitions.

mod cursor;
mod header;
mod party;
mod time;

#[cfg(test)]
mod tests;

use crate::{Document, Element};
use cursor::{Cursor, Problems};
pub use header::{
    At, Author, Body, Header, InstanceId, Name, Organization, Patient, Person, RelatedDocument, ServiceEvent,
};
pub use time::parse_time;

/// The namespace of CDA R2.
pub const NAMESPACE: &str = "urn:hl7-org:v3";

/// How often one element may repeat under one parent.
pub const MAX_REPEATS: usize = 128;

/// Something that makes a CDA header unusable. Holds no value of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// XPath of the element or attribute.
    pub path: String,
    /// What is wrong and what was expected, in French.
    pub fr: String,
    /// The same in English.
    pub en: String,
}

/// True if the root is a CDA `ClinicalDocument`.
pub fn is_clinical_document(document: &Document) -> bool {
    document.root().is(NAMESPACE, "ClinicalDocument")
}

/// Reads the header; on failure every problem is reported, in document order of the elements read.
pub fn read_header(document: &Document) -> Result<Header, Vec<Problem>> {
    let root = document.root();
    if !is_clinical_document(document) {
        return Err(vec![Problem {
            path: format!("/{}", root.name()),
            fr: format!("racine attendue : ClinicalDocument dans l'espace de noms {NAMESPACE}"),
            en: format!("expected root: ClinicalDocument in namespace {NAMESPACE}"),
        }]);
    }
    let problems = Problems::default();
    let header = read(&Cursor::root(root, &problems));
    let problems = problems.into_list();
    if problems.is_empty() { Ok(header) } else { Err(problems) }
}

/// The text of `nonXMLBody`, base64 with its white space, when the body is one. Not kept in the [`Header`],
/// because it is as large as the document.
pub fn non_xml_text(document: &Document) -> Option<String> {
    let body = document.root().descend(NAMESPACE, &["component", "nonXMLBody", "text"]);
    body.map(Element::text)
}

fn read(root: &Cursor<'_, '_>) -> Header {
    Header {
        template_ids: root.all("templateId").iter().filter_map(|id| id.attribute("root")).collect(),
        id: root.one("id").and_then(|id| id.instance_id()),
        code: root.one("code").and_then(|code| code.code()),
        title: root.one("title").and_then(|title| title.text()),
        effective_time: root.one("effectiveTime").and_then(|time| time.time()),
        confidentiality: root.one("confidentialityCode").and_then(|code| code.code()),
        language: root.one("languageCode").and_then(|code| code.attribute("code")),
        set_id: root.one("setId").and_then(|id| id.instance_id()),
        version: root.one("versionNumber").and_then(|number| number.attribute("value")),
        patients: root.all("recordTarget").iter().filter_map(party::patient).collect(),
        authors: root.all("author").iter().map(party::author).collect(),
        custodian: root
            .one("custodian")
            .and_then(|custodian| custodian.one("assignedCustodian"))
            .and_then(|assigned| assigned.one("representedCustodianOrganization"))
            .map(|organization| party::organization(&organization)),
        legal_authenticator: root.one("legalAuthenticator").and_then(|legal| party::entity(&legal)),
        orders: root
            .all("inFulfillmentOf")
            .iter()
            .filter_map(|link| link.one("order"))
            .flat_map(|order| order.instance_ids())
            .collect(),
        services: root.all("documentationOf").iter().filter_map(service).collect(),
        related: root.all("relatedDocument").iter().filter_map(related).collect(),
        facility: root
            .one("componentOf")
            .and_then(|link| link.one("encompassingEncounter"))
            .and_then(|encounter| encounter.one("location"))
            .and_then(|location| location.one("healthCareFacility"))
            .and_then(|facility| facility.one("code"))
            .and_then(|code| code.code()),
        body: root.one("component").and_then(|component| body(&component)),
    }
}

fn service(link: &Cursor<'_, '_>) -> Option<ServiceEvent> {
    let event = link.one("serviceEvent")?;
    let period = event.one("effectiveTime");
    let bound = |name: &str| {
        let bound = period.as_ref()?.one(name)?;
        bound.time()
    };
    Some(ServiceEvent {
        code: event.one("code").and_then(|code| code.code()),
        low: bound("low").or_else(|| period.as_ref().and_then(|period| period.time())),
        high: bound("high"),
        industry: event
            .all("performer")
            .iter()
            .filter_map(|performer| party::entity(performer)?.organization?.industry)
            .next(),
        path: event.path().to_owned(),
    })
}

fn related(link: &Cursor<'_, '_>) -> Option<RelatedDocument> {
    let kind = link.attribute("typeCode")?;
    let parent = link.one("parentDocument")?;
    Some(RelatedDocument { kind, parents: parent.instance_ids() })
}

fn body(component: &Cursor<'_, '_>) -> Option<Body> {
    if let Some(structured) = component.one("structuredBody") {
        return Some(Body::Structured { path: structured.path().to_owned() });
    }
    let text = component.one("nonXMLBody")?.one("text")?;
    Some(Body::NonXml {
        media_type: text.attribute("mediaType"),
        representation: text.attribute("representation"),
        length: text.element().text().len(),
        path: text.path().to_owned(),
    })
}
