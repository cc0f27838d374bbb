//! From the header of a CDA.

use journey::{Clock, Described, Ids, Store, describe_cda};
use model::{Content, Finding, Location, Submission};

use super::Derived;
use super::request::Cda;
use crate::Visit;
use crate::iti105::{self, set_of};

/// The deposit of a CDA alone: its entry from its header, its set made here (decision 0010).
pub(super) fn derive<S: Store, C: Clock, I: Ids>(
    given: &Cda,
    visit: &Visit<'_, S, C, I>,
) -> Result<Derived, Vec<Finding>> {
    let desk = visit.desk;
    let fresh = || desk.ids.uuid();
    let described = describe_cda(&desk.mappings, given.bytes.as_slice(), given.mime_type.clone(), &fresh);
    let Described { entry, associations } = described?;
    let set = set_of(&entry, &iti105::Frame::of(visit, None));
    let submission = Submission {
        set,
        entries: vec![(entry, Content::Inline(given.bytes.clone()))],
        associations,
        folders: Vec::new(),
        memberships: Vec::new(),
        orphans: Vec::new(),
        identity_qualified: None,
    };
    Ok(Derived { submission, at: Location::XPath("/ClinicalDocument".to_owned()) })
}
