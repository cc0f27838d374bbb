//! The people of a CDA header as XDS names them.

use model::{
    Author, CodedText, Cx, Ins, InsDomain, Oid, PersonName, ReferenceId, Sex, SourcePatientInfo, Xcn, Xon,
    system,
};
use xml::cda::{At, Header, InstanceId, Name, Organization, Person};

use super::NOTHING;

/// The type of a reference id that the CDA states as an order (IHE ITI TF-3 table 4.2.3.1.7-2).
const ORDER: &str = "urn:ihe:iti:xds:2013:order";

/// The local identifier, or the INS where the source states none.
pub(super) fn source_id(header: &Header, patient: &Ins) -> Option<Cx> {
    let ids = header.patients.iter().flat_map(|patient| &patient.ids);
    let mut local = ids.filter(|id| InsDomain::of(&id.value.root).is_none());
    let local = local.find_map(|id| cx(&id.value, "PI"));
    local.or_else(|| {
        let id_type = Some("NH".to_owned());
        Some(Cx { id: patient.number().to_owned(), authority: patient.authority(), id_type })
    })
}

fn cx(id: &InstanceId, kind: &str) -> Option<Cx> {
    let authority = Oid::parse(&id.root).ok()?;
    Some(Cx { id: id.extension.clone()?, authority, id_type: Some(kind.to_owned()) })
}

/// Names, date of birth and sex.
pub(super) fn traits(header: &Header) -> SourcePatientInfo {
    let Some(patient) = header.patients.first() else { return SourcePatientInfo::default() };
    let kind = |oid: &str| if InsDomain::of(oid).is_some() { "NH" } else { "PI" };
    SourcePatientInfo {
        identifiers: patient.ids.iter().filter_map(|id| cx(&id.value, kind(&id.value.root))).collect(),
        names: patient.names.iter().flat_map(names).collect(),
        birth_date: patient.birth.as_ref().map(|at| at.value.clone()),
        sex: patient.gender.as_ref().map(|at| Sex::from_hl7(&at.value.value)),
        addresses: Vec::new(),
        other: Vec::new(),
    }
}

/// One name for each family part: the birth name is `L`, any other `D`.
fn names(name: &Name) -> Vec<PersonName> {
    let given: Vec<&str> = name.givens.iter().map(|(_, text)| text.as_str()).collect();
    let given = (!given.is_empty()).then(|| given.join(" "));
    let family = |(qualifier, text): &(Option<String>, String)| PersonName {
        family: Some(text.clone()),
        given: given.clone(),
        name_type: Some(if qualifier.as_deref() == Some("BR") { "L" } else { "D" }.to_owned()),
    };
    name.families.iter().map(family).collect()
}

/// An author of the entry.
pub(super) fn author(author: &xml::cda::Author) -> Author {
    let role = author.function.iter().map(|at| match &at.value.label {
        Some(label) => CodedText::Text(label.clone()),
        None => CodedText::Coded(at.value.clone()),
    });
    Author {
        person: Some(person(&author.person)),
        institutions: author.person.organization.iter().filter_map(institution).collect(),
        roles: role.collect(),
        specialties: author.person.code.iter().map(|at| CodedText::Coded(at.value.clone())).collect(),
        telecoms: Vec::new(),
    }
}

/// A person or a device.
pub(super) fn person(person: &Person) -> Xcn {
    let national = |at: &&At<InstanceId>| at.value.root == system::PROFESSIONALS;
    let id = person.ids.iter().find(national).or_else(|| person.ids.first());
    let authority =
        id.filter(|at| at.value.extension.is_some()).and_then(|at| Oid::parse(&at.value.root).ok());
    let id_type = authority.as_ref().and_then(|oid| match oid.as_str() {
        system::PROFESSIONALS => Some("IDNPS"),
        other => InsDomain::of(other).map(|_| "NH"),
    });
    let name = person.names.first();
    Xcn {
        id: id.map(|at| at.value.extension.clone().unwrap_or_else(|| at.value.root.clone())),
        family: name.and_then(|name| name.families.first()).map(|(_, text)| text.clone()),
        given: name.and_then(|name| name.givens.first()).map(|(_, text)| text.clone()),
        name_type: name.map(|_| if person.device { "U" } else { "D" }.to_owned()),
        id_type: id_type.map(str::to_owned),
        authority,
        ..Xcn::default()
    }
}

fn institution(organization: &Organization) -> Option<Xon> {
    let national = |at: &&At<InstanceId>| at.value.root == system::STRUCTURES;
    let id = organization.ids.iter().find(national).or_else(|| organization.ids.first())?;
    let authority = Oid::parse(&id.value.root).ok();
    let is_national = id.value.root == system::STRUCTURES;
    Some(Xon {
        name: organization.name.as_ref().map_or_else(|| NOTHING.to_owned(), |at| at.value.clone()),
        authority,
        id_type: is_national.then(|| "IDNST".to_owned()),
        id: id.value.extension.clone(),
    })
}

/// An order that the document fulfils.
pub(super) fn order(at: &At<InstanceId>) -> ReferenceId {
    let id = &at.value;
    let authority = id.extension.as_ref().and_then(|_| Oid::parse(&id.root).ok());
    ReferenceId {
        id: id.extension.clone().unwrap_or_else(|| id.root.clone()),
        authority,
        kind: ORDER.to_owned(),
    }
}
