//! Whom an act on rights names: a professional by PS_IdNat or a structure by Struct_IdNat, and nobody else.

use model::{Finding, Party, PersonId, StructureId, system};
use serde_json::{Value, json};

use crate::codec::Element;
use crate::document_reference::{Identified, best, contained, identified};
use crate::incoming::incomplete;

/// Longer identifiers are nobody's.
const LONGEST: usize = 64;

/// Reads a logical reference, or one to a contained Practitioner, PractitionerRole or Organization. A
/// PractitionerRole names its practitioner, and its organization if it has no practitioner.
pub(crate) fn read(owner: &Element<'_>, reference: &Element<'_>) -> Result<Party, Finding> {
    named(owner, reference, true)
}

fn named(owner: &Element<'_>, reference: &Element<'_>, deeper: bool) -> Result<Party, Finding> {
    if let Some(resource) = contained(owner, reference) {
        return match resource.kind() {
            "Practitioner" => party(&best(&resource.all("identifier"), system::PROFESSIONALS), &resource),
            "Organization" => party(&best(&resource.all("identifier"), system::STRUCTURES), &resource),
            "PractitionerRole" if deeper => {
                let inner = resource.get("practitioner").or_else(|| resource.get("organization"));
                inner.map_or_else(|| Err(nobody(&resource)), |inner| named(owner, &inner, false))
            }
            _ => Err(nobody(reference)),
        };
    }
    match reference.get("identifier") {
        Some(identifier) => party(&identified(&identifier), &identifier),
        None => Err(nobody(reference)),
    }
}

/// Reads an Identifier alone.
pub(crate) fn of(identifier: &Element<'_>) -> Result<Party, Finding> {
    party(&identified(identifier), identifier)
}

fn party(identified: &Identified, at: &Element<'_>) -> Result<Party, Finding> {
    let id = identified.id.as_deref().unwrap_or_default();
    let plain = !id.is_empty() && id.len() <= LONGEST && id.bytes().all(|c| c.is_ascii_graphic());
    match identified.authority.as_ref().map(|authority| authority.as_str()) {
        Some(system::PROFESSIONALS) if plain => Ok(Party::Person(PersonId(id.to_owned()))),
        Some(system::STRUCTURES) if plain => Ok(Party::Structure(StructureId(id.to_owned()))),
        Some(_) | None => Err(nobody(at)),
    }
}

fn nobody(at: &Element<'_>) -> Finding {
    incomplete(
        at,
        "professionnel (identifier urn:oid:1.2.250.1.71.4.2.1, PS_IdNat) ou structure (urn:oid:1.2.250.1.71.4.2.2, \
         Struct_IdNat) attendu",
        "expected a professional (identifier urn:oid:1.2.250.1.71.4.2.1, PS_IdNat) or a structure \
         (urn:oid:1.2.250.1.71.4.2.2, Struct_IdNat)",
    )
}

/// A logical reference to the party.
pub(crate) fn write(party: &Party) -> Value {
    let (kind, authority) = match party {
        Party::Person(_) => ("Practitioner", system::PROFESSIONALS),
        Party::Structure(_) => ("Organization", system::STRUCTURES),
    };
    json!({"type": kind, "identifier": {"system": format!("urn:oid:{authority}"), "value": party.id()}})
}
