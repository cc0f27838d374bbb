//! The bytes of a document, given out only if they are the ones that came in.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use journey::StoredEntry;
use sqlx::Row;

use crate::Inner;
use crate::failure::Failure;
use crate::keys::unwrap_document;
use crate::session::Session;

impl Inner {
    /// [`journey::Store::content`]: `None` when missing or altered.
    pub(crate) async fn content(&self, stored: &StoredEntry) -> Result<Option<Vec<u8>>, Failure> {
        let entry = &stored.entry;
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let Some(record) = self.open_record(&mut session, &entry.patient).await? else { return Ok(None) };
        let document = entry.logical_id.as_bytes().as_slice();
        let select = sqlx::query(include_str!("queries/document.sql"));
        let row = session.one(select.bind(record.key.as_slice()).bind(document)).await?;
        let Some(row) = row else { return Ok(None) };
        let wrapped: Option<Vec<u8>> = row.try_get("wrapped_key")?;
        let Some(Ok(key)) =
            wrapped.map(|wrapped| unwrap_document(&record.secret, &entry.logical_id, &wrapped))
        else {
            return Ok(None);
        };
        let (size, count): (i64, i64) = (row.try_get("size")?, row.try_get("chunks")?);
        let sha256: Vec<u8> = row.try_get("sha256")?;
        let mut bytes = Vec::new();
        for index in 0..count {
            let select = sqlx::query(include_str!("queries/chunk.sql"));
            let select = select.bind(record.key.as_slice()).bind(document).bind(index);
            let Some(chunk) = session.one(select).await? else { return Ok(None) };
            let last = index + 1 == count;
            let sealed: &[u8] = chunk.try_get("bytes")?;
            let Ok(opened) = key.open_chunk(entry.logical_id.as_bytes(), index.unsigned_abs(), last, sealed)
            else {
                return Ok(None);
            };
            bytes.extend_from_slice(&opened);
        }
        let sound = i64::try_from(bytes.len()) == Ok(size)
            && entry.size == u64::try_from(size).ok()
            && digest(&SHA256, &bytes).as_ref() == sha256.as_slice()
            && entry.hash.is_some_and(|hash| {
                digest(&SHA1_FOR_LEGACY_USE_ONLY, &bytes).as_ref() == hash.as_bytes().as_slice()
            });
        Ok(sound.then_some(bytes))
    }
}
