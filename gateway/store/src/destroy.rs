//! The definitive end of one document: its key is destroyed with its bytes and its metadata. What stays is a stub
//! that spends its logicalID and its uniqueId, so that what was destroyed does not come back by a retry.

use model::DocumentEntry;

use crate::commit::uuid_of;
use crate::entries::OpenRecord;
use crate::failure::Failure;
use crate::keys::{Keys, Space};
use crate::session::Session;
use sqlx::Row;

/// In the order in which nothing refers to what goes.
const EMPTIED: [&str; 10] = [
    include_str!("queries/forget_memberships.sql"),
    "DELETE FROM association WHERE patient_key = $1 AND (source = $2 OR target = $2)",
    "DELETE FROM masked_to WHERE patient_key = $1 AND document = $2",
    "DELETE FROM entry_author_person WHERE patient_key = $1 AND document = $2",
    "DELETE FROM entry_author_structure WHERE patient_key = $1 AND document = $2",
    "DELETE FROM entry_event_code WHERE patient_key = $1 AND document = $2",
    "DELETE FROM entry_confidentiality WHERE patient_key = $1 AND document = $2",
    "DELETE FROM past_entry WHERE patient_key = $1 AND document = $2",
    "DELETE FROM entry WHERE patient_key = $1 AND document = $2",
    "DELETE FROM content_chunk WHERE patient_key = $1 AND document = $2",
];

/// Destroys a document of a record.
pub(crate) async fn destroy(
    keys: &Keys,
    session: &mut Session<'_>,
    record: &OpenRecord,
    entry: &DocumentEntry,
) -> Result<(), Failure> {
    let (patient, document) = (record.key.as_slice(), entry.logical_id.as_bytes().as_slice());
    let named = sqlx::query(include_str!("queries/uuids_of_document.sql")).bind(patient).bind(document);
    for row in session.all(named).await? {
        let id = uuid_of(row.try_get("id")?)?;
        forget(session, patient, keys.index(Space::Uuid, id.as_bytes())).await?;
    }
    let holding = sqlx::query(
        "SELECT source FROM association WHERE patient_key = $1 AND target = $2 AND source_object = 'set'",
    );
    let mut sets = Vec::new();
    for row in session.all(holding.bind(patient).bind(document)).await? {
        sets.push(uuid_of(row.try_get("source")?)?);
    }
    for statement in EMPTIED {
        session.run(sqlx::query(statement).bind(patient).bind(document)).await?;
    }
    let unique_id = entry.unique_id.as_str();
    let others = sqlx::query("SELECT 1 FROM entry WHERE patient_key = $1 AND unique_id = $2 LIMIT 1");
    if session.one(others.bind(patient).bind(unique_id)).await?.is_none() {
        forget(session, patient, keys.index(Space::DocumentId, unique_id.as_bytes())).await?;
    }
    let stub = sqlx::query(include_str!("queries/leave_stub.sql"))
        .bind(patient)
        .bind(document)
        .bind(keys.index_in(Space::DocumentId, &record.key, unique_id.as_bytes()));
    session.run(stub).await?;
    // A set that has lost all that it held tells nothing any more but its receipt, which a retry gets again.
    for set in sets {
        let empty = sqlx::query(include_str!("queries/empty_sets.sql")).bind(patient);
        session.run(empty.bind(set.as_bytes().as_slice())).await?;
    }
    Ok(())
}

/// Destroys the bytes of a document with their key; its metadata stay. True if there were any.
pub(crate) async fn destroy_content(
    session: &mut Session<'_>,
    record: &OpenRecord,
    entry: &DocumentEntry,
) -> Result<bool, Failure> {
    let (patient, document) = (record.key.as_slice(), entry.logical_id.as_bytes().as_slice());
    let chunks = sqlx::query("DELETE FROM content_chunk WHERE patient_key = $1 AND document = $2");
    session.run(chunks.bind(patient).bind(document)).await?;
    let empty = sqlx::query(
        "UPDATE document SET wrapped_key = NULL, chunks = 0, held = 0 WHERE patient_key = $1 AND document = $2 AND held = 1",
    );
    Ok(session.run(empty.bind(patient).bind(document)).await? == 1)
}

async fn forget(session: &mut Session<'_>, patient: &[u8], index: Vec<u8>) -> Result<(), Failure> {
    let delete = sqlx::query("DELETE FROM locator WHERE id_index = $1 AND patient_key = $2");
    session.run(delete.bind(index).bind(patient)).await?;
    Ok(())
}
