//! A link of representation as a RelatedPerson, in both directions.

use journey::Linkage;
use model::Finding;
use policy::{Link, Representation};
use serde_json::{Value, json};

use crate::codec::{Element, time};
use crate::incoming::{incomplete, lacks, not_understood};
use crate::patient::{Named, identifier, stated_ins};

/// `relationship`, ours: what a representation rests on.
const LINK: &str = "urn:passerelle:fhir:representation";
/// `relationship`, HL7 v3 RoleCode.
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

/// The HL7 code of a link; a helper has none.
const fn role(link: Link) -> Option<&'static str> {
    match link {
        Link::Parent => Some("PRN"),
        Link::Guardian => Some("GUARD"),
        Link::Helper => None,
    }
}

/// Reads a structurally sound RelatedPerson: whose representative, who, and on what it rests.
pub(super) fn read(person: &Element<'_>, base: &str) -> Result<(Named, Representation), Vec<Finding>> {
    let mut findings = Vec::new();
    not_understood(person, &["implicitRules", "modifierExtension", "period"], &mut findings);
    if person.boolean("active") == Some(false) {
        let finding = incomplete(person, "un lien se crée actif", "a link is made active");
        findings.push(finding.at(person.place_of("active")));
    }
    let patient = match person.get("patient") {
        Some(reference) => Named::by_reference(person, &reference, base),
        None => Err(lacks(person, "patient")),
    };
    let patient = patient.map_err(|finding| findings.push(finding)).ok();
    let by = match person.only("identifier") {
        Some(identifier) => stated_ins(&identifier),
        None => {
            Err(incomplete(person, "un identifier (INS) et un seul", "one identifier (INS) and only one"))
        }
    };
    let by = by.map_err(|finding| findings.push(finding)).ok();
    let link = link(person).map_err(|finding| findings.push(finding)).ok();
    match (patient, by, link) {
        (Some(patient), Some(by), Some(link)) if findings.is_empty() => {
            Ok((patient, Representation { by, link }))
        }
        _ => Err(findings),
    }
}

/// Every coding must say the same link.
fn link(person: &Element<'_>) -> Result<Link, Finding> {
    let codings: Vec<Element<'_>> =
        person.all("relationship").iter().flat_map(|concept| concept.all("coding")).collect();
    let known: Vec<Option<Link>> = codings
        .iter()
        .map(|coding| match (coding.text("system"), coding.text("code")) {
            (Some(LINK), Some(code)) => Link::named(code),
            (Some(ROLE), code) => {
                Link::ALL.into_iter().find(|link| role(*link).is_some() && role(*link) == code)
            }
            _ => None,
        })
        .collect();
    match known.as_slice() {
        [Some(first), rest @ ..] if rest.iter().all(|other| *other == Some(*first)) => Ok(*first),
        _ => Err(incomplete(
            person,
            "relationship attendue : v3-RoleCode#PRN (parent), v3-RoleCode#GUARD (tuteur) ou \
             urn:passerelle:fhir:representation#parent, #guardian, #helper",
            "expected relationship: v3-RoleCode#PRN (parent), v3-RoleCode#GUARD (guardian) or \
             urn:passerelle:fhir:representation#parent, #guardian, #helper",
        )
        .at(person.place_of("relationship"))),
    }
}

/// Writes a link; `active` says whether it grants something now.
pub(super) fn write(one: &Linkage, patient: &Value) -> Value {
    let link = one.representation.link;
    let mut codings = vec![json!({"system": LINK, "code": link.name()})];
    codings.extend(role(link).map(|code| json!({"system": ROLE, "code": code})));
    json!({
        "resourceType": "RelatedPerson",
        "id": one.id.bare(),
        "identifier": [identifier(&one.representation.by)],
        "active": one.live,
        "patient": patient,
        "relationship": [{"coding": codings}],
        "period": {"start": time::show(&one.since.to_hl7())},
    })
}
