//! An identity of the record as an FR Core Patient.

use mappings::Systems;
use model::{EntryUuid, Identity, Ins, InsDomain, PatientDomain};
use policy::RecordState;
use serde_json::{Map, Value, json};

use crate::codec::time;
use crate::document_reference::write_sex;

const PROFILE: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient";
const BIRTH_GIVEN: &str =
    "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name";
const BIRTH_PLACE: &str = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
const INSEE_CODE: &str = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code";
const COMMUNES: &str = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM";
const IDENTIFIER_TYPE: &str = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203";
const LOCAL_TYPE: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";

/// Writes the Patient; `active` says that the record is open (DMP status in TD0.2).
pub(crate) fn write(id: EntryUuid, identity: &Identity, state: RecordState, systems: &Systems) -> Value {
    let mut patient = Map::new();
    let mut put = |name: &str, value: Value| {
        patient.insert(name.to_owned(), value);
    };
    put("resourceType", json!("Patient"));
    put("id", json!(id.bare()));
    put("meta", json!({"profile": [PROFILE]}));
    if let Some(code) = &identity.birth_place {
        let coding = json!({"system": systems.to_fhir(COMMUNES), "code": code});
        let place = json!({"extension": [{"url": INSEE_CODE, "valueCoding": coding}]});
        put("extension", json!([{"url": BIRTH_PLACE, "valueAddress": place}]));
    }
    put("identifier", json!([identifier(&identity.ins)]));
    put("active", json!(state == RecordState::Open));
    put("name", Value::Array(names(identity)));
    put("gender", json!(write_sex(identity.sex)));
    put("birthDate", json!(time::show_date(&identity.birth_date)));
    Value::Object(patient)
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

fn names(identity: &Identity) -> Vec<Value> {
    let first = identity.given.split(' ').next().unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Element, structure};
    use crate::patient::reference::ins_of_patient;
    use mappings::Mappings;
    use model::{Hl7Time, Sex};

    #[test]
    fn an_identity_is_shown_with_its_ins_and_birth_name() {
        let tables = Mappings::embedded().expect("the embedded tables");
        let ins = Ins::parse("269072B03304260", "1.2.250.1.213.1.4.10").expect("a sample");
        let identity = Identity {
            ins: ins.clone(),
            birth_family: "CORSE".into(),
            given: "Anna Livia".into(),
            used_family: Some("PLUME".into()),
            birth_date: Hl7Time::parse("19690701").expect("a day"),
            sex: Sex::Female,
            birth_place: Some("2B033".into()),
            card_serial: None,
            email: None,
        };
        let patient = write(EntryUuid::from_bytes([1; 16]), &identity, RecordState::Closed, &tables.systems);
        assert_eq!(structure::check(&patient), []);
        assert_eq!(ins_of_patient(&Element::root(&patient)), Ok(ins));
        assert_eq!(patient["active"], false);
        assert_eq!(patient["identifier"][0]["type"]["coding"][0]["code"], "INS-NIR-TEST");
        assert_eq!(patient["name"][0]["family"], "CORSE");
        assert_eq!(patient["name"][0]["given"], json!(["Anna"]));
        assert_eq!(patient["name"][1]["use"], "usual");
        assert_eq!(patient["birthDate"], "1969-07-01");
        assert_eq!(patient["extension"][0]["valueAddress"]["extension"][0]["valueCoding"]["code"], "2B033");
    }
}
