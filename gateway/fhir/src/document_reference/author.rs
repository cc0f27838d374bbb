//! Authors, authenticators and recipients: reading the references of a resource to what it contains.

use mappings::Systems;
use model::{Author, Finding, Xcn, Xon};

use super::{Reading, coding, person, telecom, url};
use crate::codec::Element;

/// The contained resource that a reference names.
pub(crate) fn contained<'a>(owner: &Element<'a>, reference: &Element<'_>) -> Option<Element<'a>> {
    let id = reference.text("reference")?.strip_prefix('#')?;
    owner.all("contained").into_iter().find(|resource| resource.text("id") == Some(id))
}

/// Reads an author: a contained resource, or a logical reference by identifier.
pub(crate) fn author_of(
    owner: &Element<'_>,
    reference: &Element<'_>,
    reading: &mut Reading<'_>,
) -> Option<Author> {
    let author = match resolve(owner, reference) {
        Ok(Target::Contained(resource)) => from_resource(owner, &resource, reading),
        Ok(Target::Logical(person)) => Some(Author { person: Some(*person), ..Author::default() }),
        Err(finding) => {
            reading.tell(finding);
            None
        }
    };
    let organisations = author_organisations(owner, reference, reading);
    if organisations.is_empty() {
        return author;
    }
    let mut author = author.unwrap_or_default();
    author.institutions.extend(
        organisations.into_iter().filter(|xon| !author.institutions.contains(xon)).collect::<Vec<_>>(),
    );
    Some(author)
}

/// Reads a person who signs: legalAuthenticator.
pub(crate) fn signatory_of(
    owner: &Element<'_>,
    reference: &Element<'_>,
    reading: &mut Reading<'_>,
) -> Option<Xcn> {
    let person = match resolve(owner, reference) {
        Ok(Target::Logical(person)) => Some(*person),
        Ok(Target::Contained(resource)) => person_of(owner, &resource),
        Err(finding) => {
            reading.tell(finding);
            return None;
        }
    };
    if person.is_none() {
        reading.tell(reference.wrong("ni identifiant ni nom", "neither identifier nor name"));
    }
    person
}

/// Reads a recipient in the form of XDS: `organisation|person|telecom`.
pub(crate) fn recipient_of(
    owner: &Element<'_>,
    reference: &Element<'_>,
    reading: &mut Reading<'_>,
) -> Option<String> {
    let author = author_of(owner, reference, reading)?;
    let organisation = author.institutions.first().map(Xon::to_hl7).unwrap_or_default();
    let person = author.person.as_ref().map(Xcn::to_hl7).unwrap_or_default();
    let telecom = author.telecoms.first().cloned().unwrap_or_default();
    let text = format!("{organisation}|{person}|{telecom}");
    let text = text.trim_end_matches('|');
    (!text.is_empty()).then(|| text.to_owned())
}

enum Target<'a> {
    Contained(Element<'a>),
    Logical(Box<Xcn>),
}

fn resolve<'a>(owner: &Element<'a>, reference: &Element<'_>) -> Result<Target<'a>, Finding> {
    if let Some(resource) = contained(owner, reference) {
        return Ok(Target::Contained(resource));
    }
    match person::logical(reference).filter(|person| person.id.is_some()) {
        Some(person) => Ok(Target::Logical(Box::new(person))),
        None => Err(reference.wrong(
            "la référence doit désigner une ressource contenue (#id) ou porter un identifiant",
            "the reference must name a contained resource (#id) or carry an identifier",
        )),
    }
}

fn from_resource(owner: &Element<'_>, resource: &Element<'_>, reading: &mut Reading<'_>) -> Option<Author> {
    let systems = &reading.mappings.systems;
    let author = match resource.kind() {
        "Practitioner" | "Patient" | "RelatedPerson" => Author {
            person: person::xcn(resource),
            institutions: named(owner, resource, "managingOrganization"),
            roles: ours(resource, url::ROLE, systems),
            specialties: ours(resource, url::SPECIALTY, systems),
            telecoms: telecoms(resource, "telecom"),
        },
        "PractitionerRole" => role(owner, resource, systems),
        "Device" => Author {
            person: person::xcn(resource),
            institutions: named(owner, resource, "owner"),
            roles: ours(resource, url::ROLE, systems),
            specialties: ours(resource, url::SPECIALTY, systems),
            telecoms: telecoms(resource, "contact"),
        },
        "Organization" => Author {
            institutions: person::xon(resource).into_iter().collect(),
            telecoms: telecoms(resource, "telecom"),
            ..Author::default()
        },
        _ => {
            reading.tell(resource.wrong(
                "auteur attendu : Practitioner, PractitionerRole, Device, Patient, RelatedPerson ou Organization",
                "expected author: Practitioner, PractitionerRole, Device, Patient, RelatedPerson or Organization",
            ));
            return None;
        }
    };
    let further = author_organisations(owner, resource, reading);
    Some(Author { institutions: author.institutions.into_iter().chain(further).collect(), ..author })
}

fn role(owner: &Element<'_>, role: &Element<'_>, systems: &Systems) -> Author {
    let practitioner = role.get("practitioner").and_then(|reference| contained(owner, &reference));
    let texts = |name: &str| role.all(name).iter().filter_map(|c| coding::coded_text(c, systems)).collect();
    Author {
        person: person_of(owner, role),
        institutions: named(owner, role, "organization"),
        roles: texts("code"),
        specialties: texts("specialty"),
        telecoms: telecoms(role, "telecom")
            .into_iter()
            .chain(practitioner.map(|p| telecoms(&p, "telecom")).unwrap_or_default())
            .collect(),
    }
}

/// The person behind a resource; a PractitionerRole may name them by a contained Practitioner, by identifier, or
/// by an identifier of its own.
fn person_of(owner: &Element<'_>, resource: &Element<'_>) -> Option<Xcn> {
    if resource.kind() != "PractitionerRole" {
        return person::xcn(resource);
    }
    let reference = resource.get("practitioner");
    let practitioner = reference.as_ref().and_then(|reference| contained(owner, reference));
    practitioner
        .and_then(|practitioner| person::xcn(&practitioner))
        .or_else(|| reference.as_ref().and_then(person::logical))
        .or_else(|| person::xcn(resource))
}

fn named(owner: &Element<'_>, resource: &Element<'_>, name: &str) -> Vec<Xon> {
    resource
        .get(name)
        .and_then(|reference| contained(owner, &reference))
        .and_then(|organisation| person::xon(&organisation))
        .into_iter()
        .collect()
}

/// Organisations named by the MHD extension on a reference or, beyond the first, on an author.
fn author_organisations(owner: &Element<'_>, bearer: &Element<'_>, reading: &mut Reading<'_>) -> Vec<Xon> {
    let mut organisations = Vec::new();
    for extension in bearer.extensions(url::AUTHOR_ORG) {
        let target = extension.get("valueReference").and_then(|reference| contained(owner, &reference));
        match target.as_ref().and_then(person::xon) {
            Some(organisation) => organisations.push(organisation),
            None => reading.tell(extension.wrong(
                "ihe-authorOrg doit désigner une Organization contenue qui porte un nom ou un identifiant",
                "ihe-authorOrg must name a contained Organization that has a name or an identifier",
            )),
        }
    }
    organisations
}

fn ours(resource: &Element<'_>, url: &str, systems: &Systems) -> Vec<model::CodedText> {
    let concepts = resource.extensions(url).into_iter().filter_map(|e| e.get("valueCodeableConcept"));
    concepts.filter_map(|concept| coding::coded_text(&concept, systems)).collect()
}

fn telecoms(resource: &Element<'_>, name: &str) -> Vec<String> {
    resource.all(name).iter().filter_map(telecom::read).collect()
}
