//! People, systems and organisations: XCN and XON as contained resources, and back.

use model::{InsDomain, Xcn, Xon, system};
use serde_json::{Map, Value, json};

use super::identifier::{self, Identified};
use super::url;
use crate::codec::Element;

/// XCN.10 of a system.
const SYSTEM_NAME: &str = "U";
/// XCN.13 of a patient.
const PATIENT_ID: &str = "NH";

/// Reads a Practitioner, Patient, RelatedPerson or Device as an XCN; `None` if it names nobody.
pub(crate) fn xcn(resource: &Element<'_>) -> Option<Xcn> {
    let identifiers = resource.all("identifier");
    let identified = match resource.kind() {
        "Patient" => identifier::ins(&identifiers),
        _ => identifier::best(&identifiers, system::PROFESSIONALS),
    };
    let person = match resource.kind() {
        "Device" => device(resource, identified),
        "Organization" => Xcn {
            id: identified.id,
            family: resource.text("name").map(str::to_owned),
            authority: identified.authority,
            id_type: identified.kind,
            ..Xcn::default()
        },
        _ => human(resource, identified),
    };
    (person != Xcn::default()).then_some(person)
}

fn human(resource: &Element<'_>, identified: Identified) -> Xcn {
    let named = Xcn {
        id: identified.id,
        authority: identified.authority,
        id_type: identified.kind,
        ..Xcn::default()
    };
    let Some(name) = resource.first("name") else { return named };
    let texts = |child: &str| {
        name.all(child).iter().filter_map(Element::as_text).map(str::to_owned).collect::<Vec<_>>()
    };
    let given = texts("given");
    let joined = |parts: Vec<String>| (!parts.is_empty()).then(|| parts.join(" "));
    Xcn {
        family: name.text("family").or(name.text("text")).map(str::to_owned),
        given: given.first().cloned(),
        other_given: joined(given.into_iter().skip(1).collect()),
        suffix: joined(texts("suffix")),
        prefix: joined(texts("prefix")),
        name_type: Some(name_type(&name).unwrap_or_else(|| "D".to_owned())),
        ..named
    }
}

/// PID-5.7 or XCN.10 of a HumanName.
pub(crate) fn name_type(name: &Element<'_>) -> Option<String> {
    let ours = name.extension(url::NAME_TYPE).and_then(|e| e.text("valueString"));
    ours.or_else(|| match name.text("use") {
        Some("official" | "maiden") => Some("L"),
        Some("usual") => Some("D"),
        _ => None,
    })
    .map(str::to_owned)
}

fn device(resource: &Element<'_>, identified: Identified) -> Xcn {
    let name = resource.first("deviceName").and_then(|name| name.text("name"));
    Xcn {
        id: identified.id,
        family: name.or(resource.text("manufacturer")).map(str::to_owned),
        given: resource.text("modelNumber").map(str::to_owned),
        authority: identified.authority,
        name_type: Some(SYSTEM_NAME.to_owned()),
        id_type: identified.kind,
        ..Xcn::default()
    }
}

/// Reads a logical reference (identifier and display, no resource) as an XCN.
pub(crate) fn logical(reference: &Element<'_>) -> Option<Xcn> {
    let identified = identifier::identified(&reference.get("identifier")?);
    let family = reference.text("display").map(str::to_owned);
    Some(Xcn {
        id: identified.id,
        family,
        authority: identified.authority,
        id_type: identified.kind,
        ..Xcn::default()
    })
}

/// Reads an Organization as an XON; the name is mandatory in XON, so an unnamed one takes its identifier.
pub(crate) fn xon(resource: &Element<'_>) -> Option<Xon> {
    let identified = identifier::best(&resource.all("identifier"), system::STRUCTURES);
    let name = resource.text("name").map(str::to_owned).or_else(|| identified.id.clone())?;
    Some(Xon { name, authority: identified.authority, id_type: identified.kind, id: identified.id })
}

/// The resource type that says what kind of person an XCN is.
pub(crate) fn resource_type(person: &Xcn) -> &'static str {
    match (person.name_type.as_deref(), person.id_type.as_deref()) {
        (Some(SYSTEM_NAME), _) => "Device",
        (_, Some(PATIENT_ID)) => "Patient",
        _ if person.authority.as_ref().is_some_and(|oid| InsDomain::of(oid.as_str()).is_some()) => "Patient",
        _ => "Practitioner",
    }
}

/// Writes an XCN as a contained Practitioner, Patient or Device.
pub(crate) fn write_xcn(person: &Xcn, id: &str) -> Map<String, Value> {
    let kind = resource_type(person);
    let mut resource = start(kind, id);
    if let Some(identifier) =
        identifier::write(person.id.as_deref(), person.authority.as_ref(), person.id_type.as_deref())
    {
        resource.insert("identifier".into(), json!([identifier]));
    }
    if kind == "Device" {
        if let Some(name) = &person.family {
            resource.insert("deviceName".into(), json!([{"name": name, "type": "user-friendly-name"}]));
        }
        if let Some(model) = &person.given {
            resource.insert("modelNumber".into(), json!(model));
        }
        return resource;
    }
    let mut name = write_name_type(person.name_type.as_deref());
    let mut put = |child: &str, values: Vec<&String>| {
        if !values.is_empty() {
            name.insert(child.into(), json!(values));
        }
    };
    put("given", person.given.iter().chain(&person.other_given).collect());
    put("suffix", person.suffix.iter().chain(&person.degree).collect());
    put("prefix", person.prefix.iter().collect());
    if let Some(family) = &person.family {
        name.insert("family".into(), json!(family));
    }
    if !name.is_empty() {
        resource.insert("name".into(), json!([name]));
    }
    resource
}

/// The part of a HumanName that says its HL7 v2 type.
pub(crate) fn write_name_type(name_type: Option<&str>) -> Map<String, Value> {
    let mut name = Map::new();
    match name_type {
        Some("L") => {
            name.insert("use".into(), json!("official"));
        }
        Some("D") => {
            name.insert("use".into(), json!("usual"));
        }
        Some(other) => {
            name.insert("extension".into(), json!([{"url": url::NAME_TYPE, "valueString": other}]));
        }
        None => {}
    }
    name
}

/// Writes an XON as a contained Organization.
pub(crate) fn write_xon(organisation: &Xon, id: &str) -> Value {
    let mut resource = start("Organization", id);
    if let Some(identifier) = identifier::write(
        organisation.id.as_deref(),
        organisation.authority.as_ref(),
        organisation.id_type.as_deref(),
    ) {
        resource.insert("identifier".into(), json!([identifier]));
    }
    resource.insert("name".into(), json!(organisation.name));
    Value::Object(resource)
}

/// A contained resource with its id.
pub(crate) fn start(kind: &str, id: &str) -> Map<String, Value> {
    Map::from_iter([("resourceType".to_owned(), json!(kind)), ("id".to_owned(), json!(id))])
}
