//! `PRPA_IN201307UV02` into the question of one patient.

use journey::ExistenceAsk;
use mappings::{DmpCodes, DmpConcept};
use model::{Finding, Ins, InsDomain, Location, Rule};
use xml::Element;

use crate::dmp::names::HL7;

/// Characters of an id or a name that is sent back.
const LONGEST: usize = 256;

/// An HL7 v3 instance identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// root.
    pub root: String,
    /// extension.
    pub extension: Option<String>,
}

/// What the answer repeats of the question, as sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Echo {
    /// The message.
    pub message: Option<Id>,
    /// The device that sent it.
    pub sender: Option<Id>,
    /// Its softwareName.
    pub software: Option<String>,
    /// The query.
    pub query: Option<Id>,
    /// `CNSLT_DATA` was the reason.
    pub administrative: bool,
}

/// Whom the query names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patient {
    /// By an INS.
    Known(Ins),
    /// By an identifier of another kind.
    Unknown,
}

/// The question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// How much is asked.
    pub ask: ExistenceAsk,
    /// Of whom.
    pub patient: Patient,
}

/// Reads the query: what the answer can repeat of it, and the question or every finding.
///
/// # Errors
/// Findings of [`Rule::QueryIsComplete`] (message or query id, sender, patient missing or
/// repeated), [`Rule::InsIsWellFormed`] and [`Rule::TransactionIsSupported`] (another reason than the two known ones).
pub fn read(payload: Element<'_>, codes: &DmpCodes) -> (Echo, Result<Asked, Vec<Finding>>) {
    let mut findings = Vec::new();
    let act = payload.child(HL7, "controlActProcess");
    let query = act.and_then(|act| act.child(HL7, "queryByParameter"));
    let device = payload.descend(HL7, &["sender", "device"]);
    let ask = reason(payload, act, codes, &mut findings);
    let echo = Echo {
        message: id(payload, Some(payload), "id", &mut findings),
        sender: id(payload, device, "id", &mut findings),
        software: device.and_then(|device| device.child(HL7, "softwareName")).and_then(short_text),
        query: id(act.unwrap_or(payload), query, "queryId", &mut findings),
        administrative: ask == Some(ExistenceAsk::AdministrativeData),
    };
    let patient = patient(query.unwrap_or(payload), query, &mut findings);
    let asked = ask.zip(patient).filter(|_| findings.is_empty());
    (echo, asked.map(|(ask, patient)| Asked { ask, patient }).ok_or(findings))
}

/// Without a reason it is the existence test.
fn reason(
    payload: Element<'_>,
    act: Option<Element<'_>>,
    codes: &DmpCodes,
    findings: &mut Vec<Finding>,
) -> Option<ExistenceAsk> {
    let reason = act.and_then(|act| act.child(HL7, "reasonCode"));
    let code = |concept| codes.of(concept).value.as_str();
    let (existence, administrative) =
        (code(DmpConcept::ReasonExistence), code(DmpConcept::ReasonAdministrative));
    match reason.and_then(|reason| reason.attribute("code")).map(str::trim) {
        None => Some(ExistenceAsk::Existence),
        Some(stated) if stated == existence => Some(ExistenceAsk::Existence),
        Some(stated) if stated == administrative => Some(ExistenceAsk::AdministrativeData),
        Some(_) => {
            findings.push(
                Finding::new(Rule::TransactionIsSupported)
                    .at(place(reason.unwrap_or(payload), "code"))
                    .detail(
                        format!("motif (reasonCode) {existence} ou {administrative} attendu"),
                        format!("expected the reason (reasonCode) {existence} or {administrative}"),
                    ),
            );
            None
        }
    }
}

fn id(above: Element<'_>, owner: Option<Element<'_>>, name: &str, findings: &mut Vec<Finding>) -> Option<Id> {
    let element = owner.and_then(|owner| owner.child(HL7, name));
    let read = element.and_then(|element| {
        let root = short(element.attribute("root")?).filter(|root| !root.is_empty())?;
        let extension = match element.attribute("extension") {
            Some(extension) => Some(short(extension)?),
            None => None,
        };
        Some(Id { root, extension })
    });
    if read.is_none() {
        let at = Location::XPath(format!("{}/{name}/@root", owner.unwrap_or(above).path()));
        findings.push(Finding::new(Rule::QueryIsComplete).at(at).detail(
            format!("identifiant attendu (root, extension), de {LONGEST} caractères au plus"),
            format!("expected an identifier (root, extension) of at most {LONGEST} characters"),
        ));
    }
    read
}

fn patient(above: Element<'_>, query: Option<Element<'_>>, findings: &mut Vec<Finding>) -> Option<Patient> {
    let list = query.and_then(|query| query.child(HL7, "parameterList"));
    let named = list.into_iter().flat_map(|list| list.children_named(HL7, "patientIdentifier"));
    let values: Vec<Element<'_>> =
        named.flat_map(|named| named.children_named(HL7, "value")).take(2).collect();
    let [value] = values.as_slice() else {
        let at = Location::XPath(format!("{}/patientIdentifier/value", list.unwrap_or(above).path()));
        findings.push(
            Finding::new(Rule::QueryIsComplete).at(at).arg("parameter", "patientIdentifier").detail(
                "un patient et un seul, par son INS (root = OID du domaine, extension = matricule)",
                "one patient and only one, by the INS (root = OID of the domain, extension = number)",
            ),
        );
        return None;
    };
    let root = value.attribute("root").unwrap_or_default().trim();
    if InsDomain::of(root).is_none() {
        return Some(Patient::Unknown);
    }
    let read = Ins::parse(value.attribute("extension").unwrap_or_default().trim(), root);
    read.map(Patient::Known).map_err(|why| findings.push(why.at(place(*value, "extension")))).ok()
}

fn place(element: Element<'_>, attribute: &str) -> Location {
    Location::XPath(format!("{}/@{attribute}", element.path()))
}

fn short(text: &str) -> Option<String> {
    let text = text.trim();
    (text.chars().count() <= LONGEST).then(|| text.to_owned())
}

fn short_text(element: Element<'_>) -> Option<String> {
    short(&element.text()).filter(|text| !text.is_empty())
}
