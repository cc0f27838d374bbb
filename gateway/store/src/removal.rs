//! The removal of sets, folders and associations (ITI-62). Documents go by `destroy`.

use model::EntryUuid;

use crate::entries::{OpenRecord, hex_list};
use crate::failure::Failure;
use crate::keys::{Keys, Space};
use crate::session::Session;

/// In the order in which nothing refers to what goes. A removed set stays as a row without metadata, so that its
/// uniqueId and its receipt are not used twice.
const REMOVED: [(&str, Which); 5] = [
    (include_str!("queries/remove_links.sql"), Which::Links),
    (include_str!("queries/remove_past_folders.sql"), Which::Folders),
    (include_str!("queries/remove_folders.sql"), Which::Folders),
    (include_str!("queries/remove_sets.sql"), Which::Sets),
    (include_str!("queries/remove_links_of_sets.sql"), Which::Sets),
];

enum Which {
    Links,
    Folders,
    Sets,
}

/// Removes objects that nothing needs any more.
pub(crate) async fn remove(
    keys: &Keys,
    session: &mut Session<'_>,
    record: &OpenRecord,
    sets: &[EntryUuid],
    folders: &[EntryUuid],
    links: &[EntryUuid],
) -> Result<(), Failure> {
    for (statement, which) in REMOVED {
        let ids = match which {
            Which::Links => links,
            Which::Folders => folders,
            Which::Sets => sets,
        };
        session.run(sqlx::query(statement).bind(record.key.as_slice()).bind(hex_list(ids))).await?;
    }
    for id in links.iter().chain(folders).chain(sets) {
        let forget = sqlx::query("DELETE FROM locator WHERE id_index = $1 AND patient_key = $2");
        let forget = forget.bind(keys.index(Space::Uuid, id.as_bytes()));
        session.run(forget.bind(record.key.as_slice())).await?;
    }
    Ok(())
}
