//! What the operator says of structures: by configuration, and by a directory.

use std::collections::{BTreeMap, BTreeSet};

use journey::{Directory, refused_by_directory};
use model::{Caller, Channel, Finding, PersonId, StructureId};

use super::Listings;

/// Attachments, regulation centres, and the loaded directory.
#[derive(Debug, Clone, Default)]
pub struct Structures {
    /// Legal entity to its sites, beside those of the directory.
    pub attached: BTreeMap<String, Vec<String>>,
    /// Regulation centres.
    pub regulation_centres: BTreeSet<String>,
    /// The directory; empty when none is configured.
    pub listings: Listings,
}

impl Structures {
    /// True if `site` is `entity` or attached to it.
    pub fn is_of(&self, entity: &str, site: &str) -> bool {
        entity.eq_ignore_ascii_case(site) || self.is_attached(entity, site)
    }

    /// True if the structure is a regulation centre.
    pub fn is_regulation_centre(&self, structure: Option<&StructureId>) -> bool {
        structure.is_some_and(|id| self.regulation_centres.contains(&id.0))
    }

    /// Rule A8 for a caller whom a token, or a structure's certificate alone, proves.
    pub(crate) fn refuse(&self, caller: &Caller) -> Vec<Finding> {
        let Some(structure) = &caller.structure else { return Vec::new() };
        let professional = match caller.channel {
            Channel::Direct | Channel::Air => caller.person(),
            Channel::EmployeeCard
            | Channel::Indirect
            | Channel::Patient
            | Channel::Operator
            | Channel::Member => None,
        };
        let refused = refused_by_directory(self, structure, professional);
        refused.into_iter().map(|rule| Finding::new(rule).detail(&*structure.0, &*structure.0)).collect()
    }
}

impl Directory for Structures {
    fn is_attached(&self, entity: &str, site: &str) -> bool {
        let configured = self.attached.get(entity).is_some_and(|sites| sites.iter().any(|one| one == site));
        configured || self.listings.is_attached(entity, site)
    }

    fn legal_entities(&self, site: &StructureId) -> Vec<StructureId> {
        let configured = self.attached.iter().filter(|(_, sites)| sites.contains(&site.0));
        let entities: BTreeSet<&String> =
            configured.map(|(entity, _)| entity).chain(self.listings.entities(&site.0)).collect();
        entities.into_iter().map(|entity| StructureId(entity.clone())).collect()
    }

    fn is_active(&self, structure: &StructureId) -> Option<bool> {
        self.listings.is_active(&structure.0)
    }

    fn belongs(&self, professional: &PersonId, structure: &StructureId) -> Option<bool> {
        let own = std::iter::once(structure.0.clone());
        let entities = self.legal_entities(structure).into_iter().map(|entity| entity.0);
        let configured = self.attached.get(&structure.0).into_iter().flatten().cloned();
        let sites = configured.chain(self.listings.sites(&structure.0).iter().cloned());
        let all: Vec<String> = own.chain(entities).chain(sites).collect();
        self.listings.links_one(&professional.0, all.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_professional_is_linked_through_the_legal_entity_and_its_sites() {
        let structures = "id,active,legal_entity\n1999999991,true,\n1999999992,true,1999999991\n\
                          1999999993,true,1999999991\n1999999994,true,\n";
        let links = "professional,structure\n899900000013,1999999991\n899900000021,1999999992\n";
        let listings = Listings::read(Some(structures.as_bytes()), Some(links.as_bytes())).expect("sound");
        let mut directory = Structures { listings, ..Structures::default() };
        let belongs = |directory: &Structures, person: &str, structure: &str| {
            directory.belongs(&PersonId(person.to_owned()), &StructureId(structure.to_owned()))
        };
        assert_eq!(belongs(&directory, "899900000013", "1999999992"), Some(true), "by the legal entity");
        assert_eq!(belongs(&directory, "899900000021", "1999999991"), Some(true), "by a site");
        assert_eq!(belongs(&directory, "899900000021", "1999999993"), Some(false), "not by a sibling");
        assert_eq!(belongs(&directory, "899900000013", "1999999994"), Some(false));
        directory.attached.insert("1999999991".to_owned(), vec!["1999999994".to_owned()]);
        assert_eq!(
            belongs(&directory, "899900000013", "1999999994"),
            Some(true),
            "attached by configuration"
        );
        let entities = directory.legal_entities(&StructureId("1999999994".to_owned()));
        assert_eq!(entities, [StructureId("1999999991".to_owned())]);
    }
}
