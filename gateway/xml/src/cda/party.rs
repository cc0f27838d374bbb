//! The people and organisations of a header.

use super::cursor::Cursor;
use super::{Author, Name, Organization, Patient, Person};

/// `recordTarget`; `None` without a `patientRole`.
pub(super) fn patient(target: &Cursor<'_, '_>) -> Option<Patient> {
    let role = target.one("patientRole")?;
    let person = role.one("patient");
    Some(Patient {
        path: role.path().to_owned(),
        ids: role.instance_ids(),
        names: person.iter().flat_map(|person| person.all("name")).map(|found| name(&found)).collect(),
        birth: person.as_ref().and_then(|person| person.one("birthTime")?.time()),
        gender: person.as_ref().and_then(|person| person.one("administrativeGenderCode")?.code()),
    })
}

/// `author`. Without an `assignedAuthor` it has no identifier.
pub(super) fn author(author: &Cursor<'_, '_>) -> Author {
    let assigned = author.one("assignedAuthor");
    Author {
        function: author.one("functionCode").and_then(|code| code.code()),
        person: person(assigned.as_ref().unwrap_or(author)),
    }
}

/// The `assignedEntity` of a participation.
pub(super) fn entity(participation: &Cursor<'_, '_>) -> Option<Person> {
    participation.one("assignedEntity").as_ref().map(person)
}

/// An organisation element.
pub(super) fn organization(found: &Cursor<'_, '_>) -> Organization {
    Organization {
        path: found.path().to_owned(),
        ids: found.instance_ids(),
        name: found.one("name").and_then(|name| name.text()),
        industry: found.one("standardIndustryClassCode").and_then(|code| code.code()),
    }
}

fn person(found: &Cursor<'_, '_>) -> Person {
    let device = found.one("assignedAuthoringDevice");
    let names = match &device {
        Some(device) => device_name(device).into_iter().collect(),
        None => {
            let person = found.one("assignedPerson");
            person.iter().flat_map(|person| person.all("name")).map(|found| name(&found)).collect()
        }
    };
    Person {
        path: found.path().to_owned(),
        ids: found.instance_ids(),
        names,
        device: device.is_some(),
        code: found.one("code").and_then(|code| code.code()),
        organization: found.one("representedOrganization").as_ref().map(organization),
    }
}

fn device_name(device: &Cursor<'_, '_>) -> Option<Name> {
    let named = device.one("manufacturerModelName").or_else(|| device.one("softwareName"))?;
    let text = named.text()?;
    Some(Name { path: text.path, families: vec![(None, text.value)], givens: Vec::new() })
}

fn name(found: &Cursor<'_, '_>) -> Name {
    let parts = |kind: &str| {
        let qualifier = |part: &Cursor<'_, '_>| part.attribute("qualifier").map(|at| at.value);
        found
            .all(kind)
            .iter()
            .filter_map(|part| part.text().map(|text| (qualifier(part), text.value)))
            .collect()
    };
    Name { path: found.path().to_owned(), families: parts("family"), givens: parts("given") }
}
