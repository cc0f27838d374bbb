//! Whose document: from a reference to a Patient to an INS (FR Core, decision-order B3 and B4).

use std::collections::BTreeMap;

use model::{EntryUuid, Finding, Ins, InsDomain, Rule};

use crate::codec::Element;
use crate::iti65::Entries;
use crate::search::{pairs, token};

/// FR Core: how reliable an identity is.
pub(super) const RELIABILITY: &str =
    "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability";
/// FR Core 2.1: identity status as HL7 v2 table 0445; VALI with an INS is a qualified identity.
pub(super) const STATUS_V2: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445";
/// FR Core 2026: identity status of the RNIV grid; QUAL is a qualified identity.
pub(super) const STATUS_RNIV: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status";

/// Where a reference to a Patient may lead.
pub(crate) struct Patients<'a> {
    /// The Bundle that the reference stands in.
    pub(crate) entries: &'a Entries<'a>,
    /// Our own Patient ids that the Bundle names, resolved before.
    pub(crate) known: &'a BTreeMap<EntryUuid, Ins>,
    /// Base URL of this door.
    pub(crate) base: &'a str,
}

impl Patients<'_> {
    /// The INS that `reference` of `owner` leads to.
    pub(crate) fn ins(&self, owner: &Element<'_>, reference: &Element<'_>) -> Result<Ins, Finding> {
        let led = reference.text("reference").and_then(|text| self.led(owner, reference, text));
        let Some(identifier) = reference.get("identifier") else {
            return match (led, reference.has("reference")) {
                (Some(ins), _) => ins,
                (None, true) => Err(unknown(reference)),
                (None, false) => Err(reference.missing("reference")),
            };
        };
        let stated = ins_of_identifier(&identifier).unwrap_or_else(|| Err(not_an_ins(&identifier)))?;
        // A reference that leads elsewhere says nothing here; one that leads to a Patient we know must agree.
        match led {
            Some(Ok(ins)) if ins != stated => Err(reference.wrong(
                "reference et identifier désignent deux patients",
                "reference and identifier name two patients",
            )),
            _ => Ok(stated),
        }
    }

    /// Where the text of a reference leads; `None` if it leads to no Patient known here.
    fn led(&self, owner: &Element<'_>, reference: &Element<'_>, text: &str) -> Option<Result<Ins, Finding>> {
        if let Some(resource) = self.resource(owner, reference, text) {
            return Some(ins_of_patient(&resource));
        }
        // An entry that reads a Patient (GET) stands for what its URL names.
        let read = self.entries.find(text).filter(|entry| entry.resource.is_none() && entry.method == "GET");
        let text = read.map_or(text, |entry| entry.url);
        if let Some(query) = text.strip_prefix("Patient?") {
            return Some(by_condition(query, reference));
        }
        own_id(text, self.base).and_then(|id| self.known.get(&id)).cloned().map(Ok)
    }

    fn resource<'e>(
        &'e self,
        owner: &Element<'e>,
        reference: &Element<'_>,
        text: &str,
    ) -> Option<Element<'e>> {
        let resource = match text.strip_prefix('#') {
            Some(_) => crate::document_reference::contained(owner, reference),
            None => self.entries.find(text).and_then(|entry| entry.resource.clone()),
        };
        resource.filter(|resource| resource.kind() == "Patient")
    }
}

/// The id of a reference to a Patient of this server.
pub(crate) fn own_id(text: &str, base: &str) -> Option<EntryUuid> {
    let relative = text.strip_prefix(base).map_or(text, |rest| rest.trim_start_matches('/'));
    let id = relative.strip_prefix("Patient/")?;
    let id = id.split_once("/_history/").map_or(id, |(id, _)| id);
    EntryUuid::parse(id).ok()
}

fn unknown(reference: &Element<'_>) -> Finding {
    reference.wrong(
        "Patient inconnu : désigner un Patient du lot, un Patient contenu, un Patient de ce serveur ou porter l'INS \
         (identifier)",
        "unknown Patient: name a Patient of the bundle, a contained Patient, a Patient of this server or carry the INS \
         (identifier)",
    )
}

/// The INS of a Patient: an identifier in an INS domain whose type, if any, says INS. The same system with the
/// type NH is the billing number, which is no INS.
pub(crate) fn ins_of_patient(patient: &Element<'_>) -> Result<Ins, Finding> {
    let identifiers = patient.all("identifier");
    let current = identifiers.iter().filter(|identifier| identifier.text("use") != Some("old"));
    current.filter_map(ins_of_identifier).next().unwrap_or_else(|| Err(not_an_ins(patient)))
}

/// `None` if the identifier is no INS at all; an error if it is a wrong one.
pub(super) fn ins_of_identifier(identifier: &Element<'_>) -> Option<Result<Ins, Finding>> {
    let oid = identifier.text("system")?.strip_prefix("urn:oid:")?;
    InsDomain::of(oid)?;
    let kind = crate::document_reference::kind_of(identifier);
    if kind.is_some_and(|kind| !kind.starts_with("INS-")) {
        return None;
    }
    let number = identifier.text("value").unwrap_or_default();
    Some(Ins::parse(number, oid).map_err(|why| identifier.malformed("value", why)))
}

pub(super) fn not_an_ins(at: &Element<'_>) -> Finding {
    Finding::new(Rule::InsIsWellFormed).at(at.place()).detail(
        "aucun identifiant INS : system urn:oid:1.2.250.1.213.1.4.8, .9, .10 ou .11, et un type INS-… s'il y en a un \
         (le type NH est le NIR de facturation)",
        "no INS identifier: system urn:oid:1.2.250.1.213.1.4.8, .9, .10 or .11, and a type INS-… if there is one (the \
         type NH is the billing number)",
    )
}

fn by_condition(query: &str, reference: &Element<'_>) -> Result<Ins, Finding> {
    let wrong = || {
        reference.wrong(
            "référence conditionnelle attendue : Patient?identifier=urn:oid:<oid>|<INS>",
            "expected conditional reference: Patient?identifier=urn:oid:<oid>|<INS>",
        )
    };
    let pairs = pairs(query).map_err(|_| wrong())?;
    let [(name, value)] = pairs.as_slice() else { return Err(wrong()) };
    let tokens = token::tokens(value);
    let ([token], "identifier") = (tokens.as_slice(), name.as_str()) else { return Err(wrong()) };
    let oid = token.system.as_deref().and_then(|system| system.strip_prefix("urn:oid:")).ok_or_else(wrong)?;
    Ins::parse(&token.code, oid).map_err(|why| why.at(reference.place_of("reference")))
}

/// What a Patient says of its identity: `Some(true)` qualified, `Some(false)` not, `None` silent.
pub(crate) fn qualified(patient: &Element<'_>) -> Option<bool> {
    let statuses: Vec<bool> = patient
        .extensions(RELIABILITY)
        .iter()
        .filter_map(|reliability| reliability.extension("identityStatus")?.get("valueCoding"))
        .map(|coding| match (coding.text("system"), coding.text("code")) {
            (Some(STATUS_V2), Some("VALI")) => ins_of_patient(patient).is_ok(),
            (Some(STATUS_RNIV), Some("QUAL")) => true,
            _ => false,
        })
        .collect();
    (!statuses.is_empty()).then(|| statuses.iter().all(|qualified| *qualified))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn patient(identifiers: Value, extension: Value) -> Value {
        json!({"resourceType": "Patient", "identifier": identifiers, "extension": extension})
    }

    fn identifier(kind: Option<&str>, oid: &str, value: &str) -> Value {
        let mut identifier = json!({"system": format!("urn:oid:{oid}"), "value": value});
        if let Some(kind) = kind {
            identifier["type"] = json!({"coding": [{"code": kind}]});
        }
        identifier
    }

    #[test]
    fn the_billing_number_is_no_ins() {
        let of = |ids: Value| ins_of_patient(&Element::root(&patient(ids, json!([])))).map_err(|f| f.rule);
        let nir = "1.2.250.1.213.1.4.8";
        assert!(of(json!([identifier(None, nir, "255081416802538")])).is_ok());
        assert!(of(json!([identifier(Some("INS-NIR"), nir, "255081416802538")])).is_ok());
        assert_eq!(of(json!([identifier(Some("NH"), nir, "255081416802538")])), Err(Rule::InsIsWellFormed));
        let both = json!([
            identifier(Some("NH"), nir, "180017505600103"),
            identifier(Some("INS-NIR"), nir, "255081416802538")
        ]);
        assert_eq!(of(both).map(|ins| ins.number().to_owned()), Ok("255081416802538".into()));
        assert_eq!(of(json!([identifier(None, nir, "123456789012345")])), Err(Rule::InsIsWellFormed));
        assert_eq!(
            of(json!([identifier(None, "1.2.250.1.213.1.4.2", "255081416802538")])),
            Err(Rule::InsIsWellFormed)
        );
    }

    #[test]
    fn the_status_is_decoded_by_its_system() {
        let of = |system: &str, code: &str, with_ins: bool| {
            let ids = if with_ins {
                json!([identifier(None, "1.2.250.1.213.1.4.10", "255081416802538")])
            } else {
                json!([])
            };
            let extension = json!([{"url": RELIABILITY, "extension": [{"url": "identityStatus", "valueCoding": {"system": system, "code": code}}]}]);
            qualified(&Element::root(&patient(ids, extension)))
        };
        assert_eq!(of(STATUS_V2, "VALI", true), Some(true));
        assert_eq!(of(STATUS_V2, "VALI", false), Some(false));
        assert_eq!(of(STATUS_V2, "PROV", true), Some(false));
        assert_eq!(of(STATUS_RNIV, "QUAL", true), Some(true));
        assert_eq!(of(STATUS_RNIV, "VALI", true), Some(false));
        assert_eq!(qualified(&Element::root(&patient(json!([]), json!([])))), None);
    }
}
