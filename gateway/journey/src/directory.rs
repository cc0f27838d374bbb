//! The directory of structures and professionals, as rules A7 and A8 ask it.

use std::fmt;

use model::{PersonId, Rule, StructureId};

/// A directory (RPPS and FINESS, or an extract of them). A part that is not loaded answers `None`: the rule
/// that asks it is then not evaluated.
pub trait Directory: fmt::Debug + Send + Sync {
    /// True if `site` is attached to the legal entity `entity`.
    fn is_attached(&self, entity: &str, site: &str) -> bool;

    /// The legal entities that the structure is attached to.
    fn legal_entities(&self, site: &StructureId) -> Vec<StructureId>;

    /// True if the structure is listed and active.
    fn is_active(&self, structure: &StructureId) -> Option<bool>;

    /// True if the professional exercises in the structure, in its legal entity or in one of its sites.
    fn belongs(&self, professional: &PersonId, structure: &StructureId) -> Option<bool>;
}

/// Rule A8: what the directory says no to. `professional` is the caller's PS_IdNat, `None` where the rule has
/// nobody to look up: under indirect authentication and for an employee, whose identifier is local.
pub fn refused_by_directory(
    directory: &dyn Directory,
    structure: &StructureId,
    professional: Option<&PersonId>,
) -> Vec<Rule> {
    let mut refused = Vec::new();
    if directory.is_active(structure) == Some(false) {
        refused.push(Rule::StructureIsActive);
    }
    if professional.is_some_and(|person| directory.belongs(person, structure) == Some(false)) {
        refused.push(Rule::ProfessionalBelongsToStructure);
    }
    refused
}
