//! What rules A7 and A8 ask a directory.

use std::sync::Arc;

use journey::Directory;
use model::{PersonId, Rule, StructureId};

use super::workshop::*;
use crate::vihf::issue::issue;
use crate::vihf::{Mode, Trust};

/// A directory of a few lines.
#[derive(Debug, Default)]
struct Lines {
    attached: Vec<(&'static str, &'static str)>,
    active: Option<Vec<&'static str>>,
    links: Option<Vec<(&'static str, &'static str)>>,
}

impl Directory for Lines {
    fn is_attached(&self, entity: &str, site: &str) -> bool {
        self.attached.contains(&(entity, site))
    }

    fn legal_entities(&self, site: &StructureId) -> Vec<StructureId> {
        let of_site = self.attached.iter().filter(|(_, one)| *one == site.0);
        of_site.map(|(entity, _)| StructureId((*entity).to_owned())).collect()
    }

    fn is_active(&self, structure: &StructureId) -> Option<bool> {
        Some(self.active.as_ref()?.contains(&structure.0.as_str()))
    }

    fn belongs(&self, professional: &PersonId, structure: &StructureId) -> Option<bool> {
        Some(self.links.as_ref()?.contains(&(professional.0.as_str(), structure.0.as_str())))
    }
}

/// A directory that only knows one site of one legal entity.
pub(super) fn attached(entity: &'static str, site: &'static str) -> Arc<dyn Directory> {
    Arc::new(Lines { attached: vec![(entity, site)], ..Lines::default() })
}

/// The rules that refuse the assertion of a mode, by this directory.
fn judged(mode: Mode, lines: Lines) -> Vec<Rule> {
    let signer = if mode == Mode::Direct { &town().card } else { &town().sign };
    let message = envelope(&issue(&claims(mode), &frame(), &signer.signer()).expect("issued"));
    let trust = Trust { directory: Some(Arc::new(lines)), ..town().authority.trust() };
    let verdict = check(&message, &trust, None);
    verdict.map_or_else(|findings| findings.iter().map(|finding| finding.rule).collect(), |_| Vec::new())
}

#[test]
fn a8_the_structure_is_active_when_a_directory_is_loaded() {
    let active = |ids: &[&'static str]| Lines { active: Some(ids.to_vec()), ..Lines::default() };
    for mode in Mode::ALL {
        assert_eq!(judged(mode, active(&[STRUCTURE])), [], "{mode:?}");
        assert_eq!(judged(mode, active(&["1777777777"])), [Rule::StructureIsActive], "{mode:?}");
        assert_eq!(judged(mode, Lines::default()), [], "{mode:?}: nothing is loaded, nothing is asked");
    }
}

#[test]
fn a8_the_professional_is_linked_to_the_structure_but_not_under_indirect_authentication() {
    let linked =
        |links: &[(&'static str, &'static str)]| Lines { links: Some(links.to_vec()), ..Lines::default() };
    let expected = [Rule::ProfessionalBelongsToStructure];
    for mode in [Mode::Direct, Mode::Air] {
        assert_eq!(judged(mode, linked(&[(PERSON, STRUCTURE)])), [], "{mode:?}");
        assert_eq!(judged(mode, linked(&[(PERSON, "1777777777")])), expected, "{mode:?}");
    }
    assert_eq!(judged(Mode::Indirect, linked(&[])), [], "NameID is a local identifier");
    let both = Lines { active: Some(Vec::new()), ..linked(&[]) };
    assert_eq!(judged(Mode::Air, both), [Rule::StructureIsActive, expected[0]], "both at once");
}
