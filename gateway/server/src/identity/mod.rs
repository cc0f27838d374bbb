//! Who is calling: stage A of the order of decision, before any patient is looked up. Only this module makes
//! a [`model::Caller`]; nothing of it comes from a body, a query or an unauthenticated header.

mod agreement;
mod assertion;
mod certificate;
mod claims;
mod issuers;
mod psc;
mod token;

pub use assertion::AssertionDoor;
pub use certificate::ClientCertificate;
pub use issuers::{Issuer, Issuers, KeyError};
pub use token::{Proof, bearer};

use std::collections::{BTreeMap, BTreeSet};

use model::StructureId;

/// What the operator says of structures.
#[derive(Debug, Clone, Default)]
pub struct Structures {
    /// Legal entity to its sites.
    pub attached: BTreeMap<String, Vec<String>>,
    /// Regulation centres.
    pub regulation_centres: BTreeSet<String>,
}

impl Structures {
    /// True if `site` is `entity` or attached to it.
    pub fn is_of(&self, entity: &str, site: &str) -> bool {
        entity == site || self.attached.get(entity).is_some_and(|sites| sites.iter().any(|one| one == site))
    }

    /// The legal entities that the structure is a site of.
    pub fn legal_entities(&self, structure: Option<&StructureId>) -> Vec<StructureId> {
        let Some(StructureId(site)) = structure else { return Vec::new() };
        let holding = self.attached.iter().filter(|(_, sites)| sites.contains(site));
        holding.map(|(entity, _)| StructureId(entity.clone())).collect()
    }

    /// True if the structure is a regulation centre.
    pub fn is_regulation_centre(&self, structure: Option<&StructureId>) -> bool {
        structure.is_some_and(|id| self.regulation_centres.contains(&id.0))
    }
}
