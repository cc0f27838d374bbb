//! Whether a registry still holds together once objects are taken out of it (IHE RMD ITI-62 §3.62.4.1.3). Pure.

use std::collections::BTreeSet;

use model::{EntryUuid, Finding, Rule};

use crate::{End, Holdings, LinkKind};

/// What a request removes, by kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Removed {
    /// Documents by logicalID.
    pub(super) documents: BTreeSet<EntryUuid>,
    /// Sets by entryUUID.
    pub(super) sets: BTreeSet<EntryUuid>,
    /// Folders by logicalID.
    pub(super) folders: BTreeSet<EntryUuid>,
    /// Associations by entryUUID.
    pub(super) links: BTreeSet<EntryUuid>,
}

impl Removed {
    /// Sorts the ids of a request; a finding for each that names nothing.
    pub(super) fn of(ids: &[EntryUuid], holdings: &Holdings) -> Result<Self, Vec<Finding>> {
        let mut removed = Removed::default();
        let mut unknown = Vec::new();
        for id in ids {
            match end_of(id, holdings) {
                Some(End::Document(document)) => _ = removed.documents.insert(document),
                Some(End::Set(set)) => _ = removed.sets.insert(set),
                Some(End::Folder(folder)) => _ = removed.folders.insert(folder),
                Some(End::Association(link)) => _ = removed.links.insert(link),
                None => unknown.push(Finding::new(Rule::LinkedObjectIsReachable).arg("id", id.urn())),
            }
        }
        if unknown.is_empty() { Ok(removed) } else { Err(unknown) }
    }

    fn has(&self, end: End) -> bool {
        match end {
            End::Document(id) => self.documents.contains(&id),
            End::Set(id) => self.sets.contains(&id),
            End::Folder(id) => self.folders.contains(&id),
            End::Association(id) => self.links.contains(&id),
        }
    }
}

/// The object that a UUID names, of any version.
pub(super) fn end_of(id: &EntryUuid, holdings: &Holdings) -> Option<End> {
    let document = holdings.documents.iter().map(|stored| &stored.entry).chain(&holdings.past);
    let mut document = document.filter(|entry| entry.entry_uuid == *id || entry.logical_id == *id);
    if let Some(entry) = document.next() {
        return Some(End::Document(entry.logical_id));
    }
    if holdings.sets.iter().any(|stored| stored.set.entry_uuid == *id) {
        return Some(End::Set(*id));
    }
    let folder = holdings.folders.iter().find(|stored| {
        let mut versions = std::iter::once(&stored.folder).chain(&stored.past);
        stored.folder.logical_id == *id || versions.any(|folder| folder.entry_uuid == *id)
    });
    if let Some(stored) = folder {
        return Some(End::Folder(stored.folder.logical_id));
    }
    holdings.links.iter().any(|link| link.entry_uuid == *id).then_some(End::Association(*id))
}

/// What would be left without what it needs: an association without an end, an object without a set, a set without an
/// object.
pub(super) fn check(removed: &Removed, holdings: &Holdings) -> Vec<Finding> {
    let left: Vec<_> =
        holdings.links.iter().filter(|link| !removed.links.contains(&link.entry_uuid)).collect();
    let mut findings = Vec::new();
    for link in &left {
        for end in [link.source, link.target] {
            if removed.has(end) {
                findings.push(refused("ReferencesExistException", uuid(end)));
            }
        }
    }
    let held =
        |wanted: End| left.iter().any(|link| matches!(link.source, End::Set(_)) && link.target == wanted);
    let holds = |set: EntryUuid| left.iter().any(|link| link.source == End::Set(set));
    let documents = holdings.documents.iter().map(|stored| End::Document(stored.entry.logical_id));
    let folders = holdings.folders.iter().map(|stored| End::Folder(stored.folder.logical_id));
    let filed =
        left.iter().filter(|link| link.kind == LinkKind::Member && matches!(link.source, End::Folder(_)));
    let filed = filed.map(|link| End::Association(link.entry_uuid));
    let orphans = documents.chain(folders).chain(filed).filter(|end| !removed.has(*end) && !held(*end));
    findings.extend(orphans.map(|end| refused("XDSUnreferencedObjectException", uuid(end))));
    // Only a set that loses what it held: one that never held anything is no concern of this request.
    let touched = holdings.links.iter().filter(|link| removed.links.contains(&link.entry_uuid));
    let emptied: BTreeSet<EntryUuid> = touched
        .filter_map(|link| match link.source {
            End::Set(set) => Some(set),
            End::Document(_) | End::Folder(_) | End::Association(_) => None,
        })
        .filter(|set| !removed.sets.contains(set) && !holds(*set))
        .collect();
    findings.extend(emptied.into_iter().map(|set| refused("XDSUnreferencedObjectException", set)));
    findings
}

fn uuid(end: End) -> EntryUuid {
    match end {
        End::Document(id) | End::Set(id) | End::Folder(id) | End::Association(id) => id,
    }
}

fn refused(code: &'static str, id: EntryUuid) -> Finding {
    Finding::new(Rule::RemovalLeavesRegistryWhole).code(code).arg("id", id.urn())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoredLink;
    use model::Availability;

    fn id(number: u8) -> EntryUuid {
        EntryUuid::from_bytes([number; 16])
    }

    fn link(number: u8, kind: LinkKind, source: End, target: End) -> StoredLink {
        StoredLink {
            entry_uuid: id(number),
            kind,
            source,
            target,
            version: None,
            status: Availability::Approved,
            documentation: None,
        }
    }

    /// A set of nothing but a folder membership, its association, and that membership.
    fn filed() -> Holdings {
        let links = vec![
            link(10, LinkKind::Reference, End::Set(id(1)), End::Document(id(2))),
            link(11, LinkKind::Member, End::Folder(id(3)), End::Document(id(2))),
            link(12, LinkKind::Member, End::Set(id(1)), End::Association(id(11))),
        ];
        Holdings { links, ..Holdings::default() }
    }

    fn codes(removed: &Removed) -> Vec<Option<&'static str>> {
        check(removed, &filed()).into_iter().map(|finding| finding.xds_code).collect()
    }

    fn links(numbers: &[u8]) -> Removed {
        Removed { links: numbers.iter().map(|number| id(*number)).collect(), ..Removed::default() }
    }

    #[test]
    fn a_filing_goes_together_with_the_sets_membership() {
        assert_eq!(codes(&links(&[11, 12])), []);
    }

    #[test]
    fn an_association_that_something_points_to_stays() {
        assert_eq!(codes(&links(&[11])), [Some("ReferencesExistException")]);
        assert_eq!(codes(&links(&[12])), [Some("XDSUnreferencedObjectException")]);
    }

    #[test]
    fn a_set_that_loses_all_it_held_goes_with_it() {
        let left = codes(&links(&[10, 11, 12]));
        assert_eq!(left, [Some("XDSUnreferencedObjectException")]);
        let whole = Removed { sets: [id(1)].into(), ..links(&[10, 11, 12]) };
        assert_eq!(codes(&whole), []);
    }
}
