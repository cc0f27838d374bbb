//! sourcePatientInfo: the patient as the source knew them, a contained Patient.

use model::{Address, Cx, Hl7Time, InsDomain, PersonName, Sex, SourcePatientInfo};
use serde_json::{Map, Value, json};

use super::{Reading, author::contained, identifier, person, url};
use crate::codec::{Element, time};

/// The id of the contained Patient that [`write`] makes.
const ID: &str = "source-patient";

/// Reads `context.sourcePatientInfo`: the local identifier and the traits.
pub(crate) fn read(
    owner: &Element<'_>,
    reference: &Element<'_>,
    reading: &mut Reading<'_>,
) -> (Option<Cx>, SourcePatientInfo) {
    let patient = contained(owner, reference).filter(|resource| resource.kind() == "Patient");
    if patient.is_none() && reference.has("reference") {
        reading.tell(reference.wrong(
            "sourcePatientInfo doit désigner un Patient contenu (#id)",
            "sourcePatientInfo must name a contained Patient (#id)",
        ));
    }
    let info = patient.as_ref().map(|patient| traits(patient, reading)).unwrap_or_default();
    let stated = reference.get("identifier").and_then(|identifier| {
        let cx = identifier::cx(&identifier);
        if cx.is_none() {
            reading.tell(not_an_oid(&identifier));
        }
        cx
    });
    let local = |cx: &&Cx| cx.id_type.as_deref() == Some("PI");
    let ins = |cx: &&Cx| InsDomain::of(cx.authority.as_str()).is_some();
    let found = || {
        let ids = &info.identifiers;
        ids.iter().find(local).or_else(|| ids.iter().find(|cx| !ins(cx))).or_else(|| ids.first()).cloned()
    };
    (stated.or_else(found), info)
}

fn traits(patient: &Element<'_>, reading: &mut Reading<'_>) -> SourcePatientInfo {
    let mut identifiers = Vec::new();
    for at in patient.all("identifier") {
        match identifier::cx(&at) {
            Some(cx) => identifiers.push(cx),
            None => reading.tell(not_an_oid(&at).warning()),
        }
    }
    let birth_time = patient.partner("birthDate").and_then(|partner| partner.extension(url::BIRTH_TIME));
    let birth_time = birth_time.and_then(|e| e.text("valueDateTime").and_then(time::date_time));
    SourcePatientInfo {
        identifiers,
        names: patient.all("name").iter().map(name).collect(),
        birth_date: birth_time.or_else(|| patient.text("birthDate").and_then(time::date)),
        sex: patient.text("gender").map(sex),
        addresses: patient.all("address").iter().map(address).collect(),
        other: Vec::new(),
    }
}

fn not_an_oid(identifier: &Element<'_>) -> model::Finding {
    identifier.wrong(
        "identifiant local du patient : system doit être un OID (urn:oid:…) et value présent",
        "local patient identifier: system must be an OID (urn:oid:…) and value present",
    )
}

fn name(name: &Element<'_>) -> PersonName {
    let given: Vec<_> = name.all("given").iter().filter_map(Element::as_text).collect();
    PersonName {
        family: name.text("family").map(str::to_owned),
        given: (!given.is_empty()).then(|| given.join(" ")),
        name_type: person::name_type(name),
    }
}

fn address(address: &Element<'_>) -> Address {
    let lines: Vec<_> = address.all("line").iter().filter_map(Element::as_text).collect();
    let text = |name: &str| address.text(name).map(str::to_owned);
    Address {
        street: (!lines.is_empty()).then(|| lines.join(" ")),
        city: text("city"),
        postal_code: text("postalCode"),
        country: text("country"),
    }
}

fn sex(gender: &str) -> Sex {
    match gender {
        "female" => Sex::Female,
        "male" => Sex::Male,
        _ => Sex::Unknown,
    }
}

/// Writes the reference, adding the contained Patient; `None` if nothing is known.
pub(crate) fn write(id: Option<&Cx>, info: &SourcePatientInfo, contained: &mut Vec<Value>) -> Option<Value> {
    let mut reference = Map::new();
    let shown = SourcePatientInfo { other: Vec::new(), ..info.clone() };
    if !shown.is_empty() {
        contained.push(Value::Object(write_traits(info)));
        reference.insert("reference".into(), json!(format!("#{ID}")));
    }
    if let Some(cx) = id
        && let Some(identifier) = write_cx(cx)
    {
        reference.insert("identifier".into(), identifier);
    }
    (!reference.is_empty()).then_some(Value::Object(reference))
}

fn write_traits(info: &SourcePatientInfo) -> Map<String, Value> {
    let mut patient = person::start("Patient", ID);
    let mut put = |name: &str, values: Vec<Value>| {
        if !values.is_empty() {
            patient.insert(name.to_owned(), Value::Array(values));
        }
    };
    put("identifier", info.identifiers.iter().filter_map(write_cx).collect());
    put("name", info.names.iter().map(write_name).filter(|name| *name != json!({})).collect());
    put("address", info.addresses.iter().map(write_address).filter(|a| *a != json!({})).collect());
    if let Some(sex) = info.sex {
        patient.insert("gender".into(), json!(write_sex(sex)));
    }
    if let Some(birth) = &info.birth_date {
        patient.insert("birthDate".into(), json!(time::show_date(birth)));
        if birth.as_str().len() > 8 {
            patient.insert("_birthDate".into(), write_birth_time(birth));
        }
    }
    patient
}

fn write_birth_time(birth: &Hl7Time) -> Value {
    json!({"extension": [{"url": url::BIRTH_TIME, "valueDateTime": time::show(birth)}]})
}

fn write_cx(cx: &Cx) -> Option<Value> {
    identifier::write(Some(&cx.id), Some(&cx.authority), cx.id_type.as_deref())
}

fn write_name(name: &PersonName) -> Value {
    let mut written = person::write_name_type(name.name_type.as_deref());
    if let Some(family) = &name.family {
        written.insert("family".into(), json!(family));
    }
    if let Some(given) = &name.given {
        written.insert("given".into(), json!([given]));
    }
    Value::Object(written)
}

fn write_address(address: &Address) -> Value {
    let mut written = Map::new();
    if let Some(street) = &address.street {
        written.insert("line".into(), json!([street]));
    }
    for (name, value) in
        [("city", &address.city), ("postalCode", &address.postal_code), ("country", &address.country)]
    {
        if let Some(value) = value {
            written.insert(name.into(), json!(value));
        }
    }
    Value::Object(written)
}

/// The administrative gender of FHIR.
pub(crate) fn write_sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Unknown => "unknown",
    }
}
