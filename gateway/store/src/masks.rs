//! Masks to one professional or structure: no version of the metadata, and nothing that others could notice.

use std::collections::HashMap;

use model::{EntryUuid, Moment, Party, Rule};
use sqlx::Row;

use crate::cipher::Unsound;
use crate::commit::uuid_of;
use crate::entries::hex_list;
use crate::failure::Failure;
use crate::keys::PatientKey;
use crate::session::Session;

/// Masks a document to a party; true if it was not before.
pub(crate) async fn mask_to(
    session: &mut Session<'_>,
    patient: &PatientKey,
    document: &EntryUuid,
    party: &Party,
    at: Moment,
) -> Result<bool, Failure> {
    let known = sqlx::query("SELECT 1 FROM entry WHERE patient_key = $1 AND document = $2")
        .bind(patient.as_slice())
        .bind(document.as_bytes().as_slice());
    if session.one(known).await?.is_none() {
        return Err(Failure::Conflict(Rule::LinkedObjectIsReachable));
    }
    let insert = sqlx::query(include_str!("queries/mask_to.sql"))
        .bind(patient.as_slice())
        .bind(document.as_bytes().as_slice())
        .bind(party.kind())
        .bind(party.id())
        .bind(at.0);
    Ok(session.run(insert).await? == 1)
}

/// Takes the mask off; true if there was one.
pub(crate) async fn unmask_to(
    session: &mut Session<'_>,
    patient: &PatientKey,
    document: &EntryUuid,
    party: &Party,
) -> Result<bool, Failure> {
    let delete = sqlx::query(include_str!("queries/unmask_to.sql"))
        .bind(patient.as_slice())
        .bind(document.as_bytes().as_slice())
        .bind(party.kind())
        .bind(party.id());
    Ok(session.run(delete).await? == 1)
}

/// To whom each of these documents is masked.
pub(crate) async fn masks_of(
    session: &mut Session<'_>,
    patient: &PatientKey,
    documents: &[EntryUuid],
) -> Result<HashMap<EntryUuid, Vec<Party>>, Failure> {
    let mut masks: HashMap<EntryUuid, Vec<Party>> = HashMap::new();
    if documents.is_empty() {
        return Ok(masks);
    }
    let select = sqlx::query(include_str!("queries/masks_of_documents.sql"))
        .bind(patient.as_slice())
        .bind(hex_list(documents));
    for row in session.all(select).await? {
        let document = uuid_of(row.try_get("document")?)?;
        masks.entry(document).or_default().push(party_of(row.try_get("kind")?, row.try_get("id")?)?);
    }
    Ok(masks)
}

/// A party from its two columns.
pub(crate) fn party_of(kind: &str, id: &str) -> Result<Party, Unsound> {
    Party::named(kind, id).ok_or(Unsound("an unknown kind of party"))
}
