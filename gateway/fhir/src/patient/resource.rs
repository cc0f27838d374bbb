//! A person of the record as an FR Core Patient (FR Core 2.1.0, IHE PDQm 3.2.0), with what the existence test tells
//! (PDSm4DMP, TD0.2).

use journey::{Existence, Former, IdentityStatus, Pack};
use model::{EntryUuid, Identity, Ins, InsDomain, Oid, PatientDomain, PostalAddress, Telecom, TelecomKind};
use policy::{OwnAuthorisation, RecordState};
use serde_json::{Map, Value, json};

use super::reference::{RELIABILITY, STATUS_RNIV, STATUS_V2};
use crate::codec::time;
use crate::document_reference::write_sex;

const FR_CORE: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient";
const FR_CORE_INS: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins";
const PDQM: &str = "https://profiles.ihe.net/ITI/PDQm/StructureDefinition/IHE.PDQm.Patient";
pub(super) const BIRTH_GIVEN: &str =
    "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name";
pub(super) const BIRTH_PLACE: &str = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
pub(super) const INSEE_CODE: &str =
    "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code";
pub(super) const MAIDEN_NAME: &str = "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName";
const COMMUNES: &str = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM";
const IDENTIFIER_TYPE: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203";
const LOCAL_TYPE: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
/// TD0.2, as the samples of PDSm4DMP spell them: no guide defines them.
const CLOSING: &str = "https://interop.esante.gouv.fr/ig/fhir/dmp/StructureDefinition/dmp-fermeture";
const ATTACHED: &str = "https://interop.esante.gouv.fr/ig/fhir/dmp/StructureDefinition/dmp-rattachement-mes";
const TREATING: &str = "https://interop.esante.gouv.fr/ig/fhir/dmp/StructureDefinition/dmp-medecin-traitant";
/// Ours: the caller's own authorisation, which PDSm4DMP leaves to be specified.
const AUTHORISATION: &str = "urn:passerelle:fhir:own-authorisation";

/// How a Patient is written here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style<'a> {
    /// The affinity domain.
    pub(crate) pack: &'a Pack,
    /// Where the TRE_R13 of communes is spelled.
    pub(crate) systems: &'a mappings::Systems,
    /// Only identifiers of these domains; `None`: all that may be told.
    pub(crate) domains: Option<&'a [Oid]>,
}

impl Style<'_> {
    /// Writes a person whom somebody found. `active` says that the record is open. The traits are the record's own:
    /// software that displays them to a professional keeps to its own (RG_0320).
    pub(crate) fn write(&self, found: &Existence) -> Value {
        let person = Person {
            id: found.id,
            identity: &found.identity,
            former: &found.former,
            contact: found.contact,
            record: found.record,
        };
        self.person(&person, state(found))
    }

    /// Writes a person as exported to themselves: everything but what is about a caller.
    pub(crate) fn write_exported(&self, id: EntryUuid, identity: &Identity, record: RecordState) -> Value {
        self.person(&Person { id, identity, former: &[], contact: true, record }, Vec::new())
    }

    fn person(&self, person: &Person<'_>, state: Vec<Value>) -> Value {
        let identity = person.identity;
        let mut patient = Map::new();
        let mut put = |name: &str, value: Value| {
            patient.insert(name.to_owned(), value);
        };
        put("resourceType", json!("Patient"));
        put("id", json!(person.id.bare()));
        put("meta", json!({"profile": profiles(identity)}));
        let extensions: Vec<Value> = self.extensions(person).into_iter().chain(state).collect();
        if !extensions.is_empty() {
            put("extension", Value::Array(extensions));
        }
        put("identifier", Value::Array(self.identifiers(identity, person.former)));
        put("active", json!(person.record == RecordState::Open));
        put("name", Value::Array(names(identity)));
        if person.contact && !identity.further.telecoms.is_empty() {
            put("telecom", identity.further.telecoms.iter().map(telecom).collect());
        }
        put("gender", json!(write_sex(identity.sex)));
        put("birthDate", json!(time::show_date(&identity.birth_date)));
        if person.contact && !identity.further.addresses.is_empty() {
            put("address", identity.further.addresses.iter().map(address).collect());
        }
        if !person.former.is_empty() {
            let link = |former: &Former| json!({"other": {"type": "Patient", "identifier": replaced(&former.ins)}, "type": "replaces"});
            put("link", person.former.iter().map(link).collect());
        }
        Value::Object(patient)
    }

    /// True if an identifier is left to show.
    pub(crate) fn shows(&self, found: &Existence) -> bool {
        !self.identifiers(&found.identity, &found.former).is_empty()
    }

    fn identifiers(&self, identity: &Identity, former: &[Former]) -> Vec<Value> {
        let wanted = |ins: &Ins| self.domains.is_none_or(|domains| domains.contains(&ins.authority()));
        let known = identity.further.identifiers.iter().filter(|one| self.pack.knows(one.domain()));
        let current = std::iter::once(&identity.ins).chain(known).filter(|one| wanted(one)).map(identifier);
        let former = former.iter().map(|former| &former.ins).filter(|one| wanted(one)).map(replaced);
        current.chain(former).collect()
    }

    fn extensions(&self, person: &Person<'_>) -> Vec<Value> {
        let identity = person.identity;
        let mut extensions = Vec::new();
        if identity.ins.domain().national().is_some() {
            let (system, code) = match self.pack.identity_status {
                IdentityStatus::Table0445 => (STATUS_V2, "VALI"),
                IdentityStatus::Rniv => (STATUS_RNIV, "QUAL"),
            };
            let status = json!({"url": "identityStatus", "valueCoding": {"system": system, "code": code}});
            extensions.push(json!({"url": RELIABILITY, "extension": [status]}));
        }
        if let Some(code) = &identity.birth_place {
            let coding = json!({"system": self.systems.to_fhir(COMMUNES), "code": code});
            let place = json!({"extension": [{"url": INSEE_CODE, "valueCoding": coding}]});
            extensions.push(json!({"url": BIRTH_PLACE, "valueAddress": place}));
        }
        if let (true, Some(name)) = (person.contact, &identity.further.mothers_maiden_name) {
            extensions.push(json!({"url": MAIDEN_NAME, "valueString": name}));
        }
        extensions
    }
}

/// What is written of a person, whoever asked.
struct Person<'a> {
    id: EntryUuid,
    identity: &'a Identity,
    former: &'a [Former],
    contact: bool,
    record: RecordState,
}

/// What the existence test tells beside the traits (TD0.2).
fn state(found: &Existence) -> Vec<Value> {
    let mut extensions = Vec::new();
    if let Some(at) = found.closed_at {
        let day = at.iso().get(..10).map(str::to_owned);
        extensions.push(json!({"url": CLOSING, "extension": [{"url": "dateFermeture", "valueDate": day}]}));
    }
    match found.activated {
        // What is the holder's affair is told to the holder's side, and what a professional is to professionals.
        Some(activated) => extensions.push(json!({"url": ATTACHED, "valueBoolean": activated})),
        None => {
            extensions.push(json!({"url": TREATING, "valueBoolean": found.treating_physician}));
            extensions.push(json!({"url": AUTHORISATION, "valueCode": authorisation(found.authorisation)}));
        }
    }
    extensions
}

/// A number that was replaced, as a Patient of its own: not active, with a link to the one that goes on.
pub(crate) fn write_replaced(former: &Former, survivor: &Existence) -> Value {
    let other = json!({
        "reference": format!("Patient/{}", survivor.id.bare()),
        "identifier": identifier(&survivor.identity.ins),
    });
    json!({
        "resourceType": "Patient",
        "id": former.id.bare(),
        "meta": {"profile": [PDQM]},
        "identifier": [replaced(&former.ins)],
        "active": false,
        "link": [{"other": other, "type": "replaced-by"}],
    })
}

fn authorisation(state: OwnAuthorisation) -> &'static str {
    match state {
        OwnAuthorisation::Missing => "missing",
        OwnAuthorisation::Expired => "expired",
        OwnAuthorisation::Valid => "valid",
        OwnAuthorisation::Forbidden => "forbidden",
    }
}

/// An identity with its INS and its place of birth meets the profile of the INS; without the place, the general one.
fn profiles(identity: &Identity) -> Vec<&'static str> {
    match (identity.ins.domain().national(), &identity.birth_place) {
        (Some(_), Some(_)) => vec![FR_CORE_INS, PDQM],
        (Some(_), None) => vec![FR_CORE, PDQM],
        (None, _) => vec![PDQM],
    }
}

/// A reference to a Patient: by our id, or by INS where the outside knows no id (an opposed record).
pub(crate) fn reference(id: Option<EntryUuid>, ins: &Ins) -> Value {
    match id {
        Some(id) => json!({"reference": format!("Patient/{}", id.bare())}),
        None => json!({"type": "Patient", "identifier": identifier(ins)}),
    }
}

/// The Identifier of an INS (FR Core).
pub(crate) fn identifier(ins: &Ins) -> Value {
    let (usage, system, code) = match ins.domain() {
        PatientDomain::National(InsDomain::Nir) => ("official", IDENTIFIER_TYPE, "INS-NIR"),
        PatientDomain::National(InsDomain::Nia) => ("temp", IDENTIFIER_TYPE, "INS-NIA"),
        PatientDomain::National(InsDomain::NirTest) => ("official", IDENTIFIER_TYPE, "INS-NIR-TEST"),
        PatientDomain::National(InsDomain::NirDemo) => ("official", IDENTIFIER_TYPE, "INS-NIR-DEMO"),
        PatientDomain::Local(_) => ("usual", LOCAL_TYPE, "PI"),
    };
    json!({
        "use": usage,
        "type": {"coding": [{"system": system, "code": code}]},
        "system": ins.authority().urn(),
        "value": ins.number(),
    })
}

/// The same, no longer in use.
fn replaced(ins: &Ins) -> Value {
    let mut identifier = identifier(ins);
    if let Some(usage) = identifier.get_mut("use") {
        *usage = json!("old");
    }
    identifier
}

fn names(identity: &Identity) -> Vec<Value> {
    let word = identity.given.split(' ').next().unwrap_or_default();
    let first = identity.further.first_given.as_deref().unwrap_or(word);
    let mut names = vec![json!({
        "extension": [{"url": BIRTH_GIVEN, "valueString": identity.given}],
        "use": "official",
        "family": identity.birth_family,
        "given": [first],
    })];
    if let Some(used) = &identity.used_family {
        names.push(json!({"use": "usual", "family": used, "given": [first]}));
    }
    names
}

fn telecom(telecom: &Telecom) -> Value {
    let system = match telecom.kind {
        TelecomKind::Phone => "phone",
        TelecomKind::Email => "email",
    };
    json!({"system": system, "value": telecom.value})
}

fn address(address: &PostalAddress) -> Value {
    let mut told = Map::new();
    if !address.lines.is_empty() {
        told.insert("line".to_owned(), json!(address.lines));
    }
    for (name, part) in [
        ("city", &address.city),
        ("state", &address.state),
        ("postalCode", &address.postal_code),
        ("country", &address.country),
    ] {
        if let Some(part) = part {
            told.insert(name.to_owned(), json!(part));
        }
    }
    Value::Object(told)
}

#[cfg(test)]
mod tests;
