//! FHIR XML (FHIR R4 §2.6.1): turned into the very tree that FHIR JSON gives, and written from it. Nothing behind
//! this module knows which of the two was on the wire.

mod narrative;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::is_fhir;
pub(crate) use read::{Tree, document, members, read};
pub(crate) use write::write;

/// The namespace of every element but the narrative.
pub(crate) const FHIR: &str = "http://hl7.org/fhir";

/// The namespace of the narrative.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// The namespace of the attributes that tell where a schema lies: of no interest here.
const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// True for what is an attribute in XML and a member like any other in JSON: `id` of elements (not of resources),
/// `url` of extensions, the value of a primitive.
fn is_attribute(kind: &str, name: &str) -> bool {
    match name {
        "id" => !super::shape::is_resource(kind),
        "url" => kind == "Extension",
        _ => false,
    }
}
