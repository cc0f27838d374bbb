//! What an entry says of its relationships names only documents that the reader sees as well: a link to a
//! masked or hidden document would tell that it exists.

use std::collections::BTreeMap;

use model::{EntryUuid, Ins, ObjectRef};
use policy::Visibility;

use crate::{DocumentKey, Fault, Store, StoredEntry};

/// Drops, from every row, the links whose target the reader does not see. The own set is always seen.
pub(crate) async fn keep_visible<S: Store>(
    store: &S,
    patient: &Ins,
    visibility: &Visibility,
    rows: &mut [StoredEntry],
) -> Result<(), Fault> {
    // The rows themselves are shown: what points inside the page needs no second look.
    let mut seen: BTreeMap<EntryUuid, bool> = rows.iter().map(|row| (row.entry.logical_id, true)).collect();
    for target in targets(rows) {
        if seen.contains_key(&target) {
            continue;
        }
        let stored = store.entry(patient, &DocumentKey::Uuid(target)).await?;
        seen.insert(target, stored.is_some_and(|stored| visibility.admit(stored).is_some()));
    }
    for row in rows {
        let set = row.set.entry_uuid;
        row.associations.retain(|link| match &link.target {
            ObjectRef::Uuid(id) => *id == set || seen.get(id).copied().unwrap_or(false),
            ObjectRef::Unique(_) => false, // the store names targets by logicalID
        });
    }
    Ok(())
}

/// The documents that the rows point to, each once.
fn targets(rows: &[StoredEntry]) -> Vec<EntryUuid> {
    let mut targets: Vec<EntryUuid> = rows
        .iter()
        .flat_map(|row| row.associations.iter().map(move |link| (row.set.entry_uuid, link)))
        .filter_map(|(set, link)| match &link.target {
            ObjectRef::Uuid(id) if *id != set => Some(*id),
            ObjectRef::Uuid(_) | ObjectRef::Unique(_) => None,
        })
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}
