//! Authors and authenticators: writing them as contained resources.

use mappings::Systems;
use model::{Author, Xcn, Xon};
use serde_json::{Map, Value, json};

use super::{coding, person, telecom, url};

/// The contained resources of a DocumentReference, in the making.
pub(crate) struct Contained<'a> {
    pub(crate) resources: Vec<Value>,
    pub(crate) systems: &'a Systems,
}

impl Contained<'_> {
    /// Adds the `number`-th author; the reference to it.
    pub(crate) fn author(&mut self, author: &Author, number: usize) -> Value {
        self.party(author, &format!("author-{number}"))
    }

    /// Adds a person; the reference to it.
    pub(crate) fn person(&mut self, person: &Xcn, id: &str) -> Value {
        self.resources.push(Value::Object(person::write_xcn(person, id)));
        link(id)
    }

    /// Adds an organisation; the reference to it.
    pub(crate) fn organisation(&mut self, organisation: &Xon, id: &str) -> Value {
        self.resources.push(person::write_xon(organisation, id));
        link(id)
    }

    /// Adds somebody who is described as authors are; the reference to them.
    pub(crate) fn party(&mut self, author: &Author, id: &str) -> Value {
        let organisations = self.organisations(&author.institutions, id);
        let resource = match &author.person {
            Some(person) if person::resource_type(person) == "Device" => {
                self.other(author, person, id, &organisations, "owner", "contact")
            }
            Some(person) if person::resource_type(person) == "Patient" => {
                self.other(author, person, id, &organisations, "managingOrganization", "telecom")
            }
            person => self.role(author, person.as_ref(), id, &organisations),
        };
        self.resources.push(Value::Object(resource));
        link(id)
    }

    /// Adds the authenticator; the reference to it.
    pub(crate) fn authenticator(&mut self, person: &Xcn) -> Value {
        self.person(person, "authenticator")
    }

    fn organisations(&mut self, organisations: &[Xon], author: &str) -> Vec<Value> {
        let mut references = Vec::new();
        for (index, organisation) in organisations.iter().enumerate() {
            let id = format!("{author}-organization-{}", index + 1);
            self.resources.push(person::write_xon(organisation, &id));
            references.push(link(&id));
        }
        references
    }

    fn role(
        &mut self,
        author: &Author,
        person: Option<&Xcn>,
        id: &str,
        organisations: &[Value],
    ) -> Map<String, Value> {
        let mut role = person::start("PractitionerRole", id);
        if let Some(person) = person {
            let id = format!("{id}-person");
            role.insert("practitioner".into(), link(&id));
            self.resources.push(Value::Object(person::write_xcn(person, &id)));
        }
        let systems = self.systems;
        attach(&mut role, "organization", organisations, Vec::new());
        let texts = |texts: &[model::CodedText]| {
            texts.iter().map(|text| coding::write_coded_text(text, systems)).collect()
        };
        put(&mut role, "code", texts(&author.roles));
        put(&mut role, "specialty", texts(&author.specialties));
        put(&mut role, "telecom", author.telecoms.iter().map(|xtn| telecom::write(xtn)).collect());
        role
    }

    /// A system or a patient: roles and specialties go into extensions.
    fn other(
        &self,
        author: &Author,
        person: &Xcn,
        id: &str,
        organisations: &[Value],
        organisation: &str,
        contact: &str,
    ) -> Map<String, Value> {
        let mut resource = person::write_xcn(person, id);
        let roles = author.roles.iter().map(|text| (url::ROLE, text));
        let specialties = author.specialties.iter().map(|text| (url::SPECIALTY, text));
        let extensions = roles
            .chain(specialties)
            .map(|(url, text)| json!({"url": url, "valueCodeableConcept": coding::write_coded_text(text, self.systems)}))
            .collect();
        attach(&mut resource, organisation, organisations, extensions);
        put(&mut resource, contact, author.telecoms.iter().map(|xtn| telecom::write(xtn)).collect());
        resource
    }
}

/// The first organisation in its element, further ones in the MHD extension, with other extensions.
fn attach(
    resource: &mut Map<String, Value>,
    name: &str,
    organisations: &[Value],
    mut extensions: Vec<Value>,
) {
    let mut organisations = organisations.iter();
    if let Some(first) = organisations.next() {
        resource.insert(name.to_owned(), first.clone());
    }
    extensions.extend(organisations.map(|o| json!({"url": url::AUTHOR_ORG, "valueReference": o})));
    put(resource, "extension", extensions);
}

fn put(resource: &mut Map<String, Value>, name: &str, values: Vec<Value>) {
    if !values.is_empty() {
        resource.insert(name.to_owned(), Value::Array(values));
    }
}

fn link(id: &str) -> Value {
    json!({"reference": format!("#{id}")})
}

/// The type of the contained resource that an author becomes.
pub(crate) fn kind_of_author(author: &Author) -> &'static str {
    match author.person.as_ref().map(person::resource_type) {
        Some(kind @ ("Device" | "Patient")) => kind,
        Some(_) | None => "PractitionerRole",
    }
}
