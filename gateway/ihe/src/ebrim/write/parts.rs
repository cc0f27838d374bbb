//! What registry objects are made of: slots, texts, classifications, external identifiers.

use aws_lc_rs::digest::{SHA256, digest};
use model::{Author, Code, EntryUuid};
use xml::Writer;

use crate::ebrim::names::{OBJECT_TYPE, Scheme};

/// An author classification.
pub(super) fn author(writer: &mut Writer, child: &mut Children, scheme: Scheme, author: &Author) {
    child.start(writer, "Classification", "classifiedObject");
    writer.attr("classificationScheme", scheme.urn).attr("nodeRepresentation", "");
    slot(writer, "authorPerson", author.person.as_ref().map(model::Xcn::to_hl7));
    slot(writer, "authorInstitution", author.institutions.iter().map(model::Xon::to_hl7));
    slot(writer, "authorRole", author.roles.iter().map(model::CodedText::to_hl7));
    slot(writer, "authorSpecialty", author.specialties.iter().map(model::CodedText::to_hl7));
    slot(writer, "authorTelecommunication", &author.telecoms);
    writer.end();
}

/// A code. Its display name is mandatory on the wire: the code itself stands for a missing one.
pub(super) fn code(writer: &mut Writer, child: &mut Children, scheme: Scheme, code: &Code) {
    child.start(writer, "Classification", "classifiedObject");
    writer.attr("classificationScheme", scheme.urn).attr("nodeRepresentation", &code.value);
    slot(writer, "codingScheme", [&code.system]);
    text(writer, "rim:Name", Some(code.label.as_deref().unwrap_or(&code.value)));
    writer.end();
}

pub(super) fn identifier(writer: &mut Writer, child: &mut Children, scheme: Scheme, value: &str) {
    child.start(writer, "ExternalIdentifier", "registryObject");
    writer.attr("identificationScheme", scheme.urn).attr("value", value);
    text(writer, "rim:Name", Some(scheme.name));
    writer.end();
}

/// A slot, if it has values.
pub(super) fn slot<V: AsRef<str>>(writer: &mut Writer, name: &str, values: impl IntoIterator<Item = V>) {
    let mut values = values.into_iter().peekable();
    if values.peek().is_none() {
        return;
    }
    writer.start("rim:Slot").attr("name", name).start("rim:ValueList");
    for value in values {
        writer.leaf("rim:Value", value.as_ref());
    }
    writer.end().end();
}

pub(super) fn text(writer: &mut Writer, element: &str, value: Option<&str>) {
    if let Some(value) = value {
        writer.start(element).start("rim:LocalizedString").attr("value", value).end().end();
    }
}

/// The classifications and identifiers inside one object: each needs an id of its own and its parent's.
pub(super) struct Children {
    parent: EntryUuid,
    count: u32,
}

impl Children {
    pub(super) fn of(parent: EntryUuid) -> Self {
        Children { parent, count: 0 }
    }

    pub(super) fn start(&mut self, writer: &mut Writer, name: &str, reference: &str) {
        let id = self.id(name);
        writer.start(&format!("rim:{name}")).attr("id", &id).attr(reference, &self.parent.urn());
        writer.attr("objectType", &format!("{OBJECT_TYPE}{name}"));
    }

    fn id(&mut self, kind: &str) -> String {
        self.uuid(kind).urn()
    }

    /// The next id: a UUID (version 8) from a digest of the parent's, the kind and the position.
    pub(super) fn uuid(&mut self, kind: &str) -> EntryUuid {
        self.count += 1;
        let seed = format!("{}/{kind}/{}", self.parent.urn(), self.count);
        let digest = digest(&SHA256, seed.as_bytes());
        let mut bytes = [0; 16];
        for (byte, from) in bytes.iter_mut().zip(digest.as_ref()) {
            *byte = *from;
        }
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0f) | 0x80;
        *variant = (*variant & 0x3f) | 0x80;
        EntryUuid::from_bytes(bytes)
    }
}
