//! When documents were put into folders: a folder's lastUpdateTime tells of a document, so that a reader who does not
//! see the document must not see that time either.

use std::collections::HashMap;

use model::{EntryUuid, Hl7Time, Moment};

use super::{End, Holdings};

/// The instants at which each folder came and got its documents.
#[derive(Debug, Default)]
pub(super) struct Filings {
    /// When the sets that brought a folder, or a version of it, were committed.
    came: HashMap<EntryUuid, Vec<Moment>>,
    /// Documents of a folder, each with the commit of the set that put it there.
    filed: HashMap<EntryUuid, Vec<(EntryUuid, Option<Moment>)>>,
}

impl Filings {
    /// Of every folder of a record.
    pub(super) fn of(holdings: &Holdings) -> Self {
        let committed: HashMap<EntryUuid, Moment> =
            holdings.sets.iter().map(|stored| (stored.set.entry_uuid, stored.stored_at)).collect();
        let mut filings = Filings::default();
        let mut held: HashMap<EntryUuid, Moment> = HashMap::new();
        for link in &holdings.links {
            let End::Set(set) = link.source else { continue };
            let Some(at) = committed.get(&set) else { continue };
            match link.target {
                End::Folder(folder) => filings.came.entry(folder).or_default().push(*at),
                End::Association(filing) => _ = held.insert(filing, *at),
                End::Document(_) | End::Set(_) => {}
            }
        }
        for link in &holdings.links {
            if let (End::Folder(folder), End::Document(document)) = (link.source, link.target) {
                let at = held.get(&link.entry_uuid).copied();
                filings.filed.entry(folder).or_default().push((document, at));
            }
        }
        filings
    }

    /// The lastUpdateTime for a reader who sees these documents: the record's own where they see all that the folder
    /// holds, else the last change that they see.
    pub(super) fn shown(
        &self,
        folder: EntryUuid,
        updated: Option<&Hl7Time>,
        sees: impl Fn(&EntryUuid) -> bool,
    ) -> Option<Hl7Time> {
        let filed = self.filed.get(&folder).map(Vec::as_slice).unwrap_or_default();
        if filed.iter().all(|(document, _)| sees(document)) {
            return updated.cloned();
        }
        let seen = filed.iter().filter(|(document, _)| sees(document)).filter_map(|(_, at)| *at);
        let came = self.came.get(&folder).into_iter().flatten().copied();
        seen.chain(came).max().map(Moment::to_hl7)
    }
}
