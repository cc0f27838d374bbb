//! The bytes of a document, given out only if they are the ones that came in.

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use journey::StoredEntry;
use sqlx::Row;

use crate::Inner;
use crate::cipher::{CHUNK, SecretKey};
use crate::failure::Failure;
use crate::keys::{PatientKey, unwrap_document};
use crate::session::Session;

/// A content and the key that opens it.
struct Sealed {
    patient: PatientKey,
    key: SecretKey,
    size: i64,
    chunks: i64,
    sha256: Vec<u8>,
}

impl Inner {
    /// [`journey::Store::content`]: `None` when missing or altered.
    pub(crate) async fn content(&self, stored: &StoredEntry) -> Result<Option<Vec<u8>>, Failure> {
        let mut bytes = Vec::new();
        Ok(self.walk(stored, |chunk| bytes.extend_from_slice(chunk)).await?.then_some(bytes))
    }

    /// [`journey::Store::is_sound`].
    pub(crate) async fn is_sound(&self, stored: &StoredEntry) -> Result<bool, Failure> {
        self.walk(stored, |_| ()).await
    }

    /// [`journey::Store::content_from`]: the rest of the chunk that holds the offset; `None` when missing or altered.
    pub(crate) async fn content_from(
        &self,
        stored: &StoredEntry,
        offset: u64,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let Some(sealed) = self.sealed(stored).await? else { return Ok(None) };
        if offset >= sealed.size.unsigned_abs() {
            return Ok(Some(Vec::new()));
        }
        let chunk = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        let Ok(index) = i64::try_from(offset / chunk) else { return Ok(None) };
        let Some(mut bytes) = self.chunk(stored, &sealed, index).await? else { return Ok(None) };
        let skip = usize::try_from(offset % chunk).unwrap_or(usize::MAX);
        Ok((skip < bytes.len()).then(|| bytes.split_off(skip)))
    }

    /// Reads every chunk in order and says whether they were the whole, unaltered. No connection is held between
    /// two of them: a long content keeps nobody waiting.
    async fn walk(&self, stored: &StoredEntry, mut each: impl FnMut(&[u8]) + Send) -> Result<bool, Failure> {
        let Some(sealed) = self.sealed(stored).await? else { return Ok(false) };
        let (mut sha1, mut sha256) = (Context::new(&SHA1_FOR_LEGACY_USE_ONLY), Context::new(&SHA256));
        let mut size = 0_u64;
        for index in 0..sealed.chunks {
            let Some(bytes) = self.chunk(stored, &sealed, index).await? else { return Ok(false) };
            size = size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            sha1.update(&bytes);
            sha256.update(&bytes);
            each(&bytes);
        }
        let entry = &stored.entry;
        Ok(u64::try_from(sealed.size) == Ok(size)
            && entry.size == Some(size)
            && sha256.finish().as_ref() == sealed.sha256.as_slice()
            && entry.hash.is_some_and(|hash| sha1.finish().as_ref() == hash.as_bytes().as_slice()))
    }

    async fn sealed(&self, stored: &StoredEntry) -> Result<Option<Sealed>, Failure> {
        let entry = &stored.entry;
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let Some(record) = self.open_record(&mut session, &entry.patient).await? else { return Ok(None) };
        let select = sqlx::query(include_str!("queries/document.sql"));
        let select = select.bind(record.key.as_slice()).bind(entry.logical_id.as_bytes().as_slice());
        let Some(row) = session.one(select).await? else { return Ok(None) };
        let wrapped: Option<Vec<u8>> = row.try_get("wrapped_key")?;
        let key = wrapped.map(|wrapped| unwrap_document(&record.secret, &entry.logical_id, &wrapped));
        let Some(Ok(key)) = key else { return Ok(None) };
        let (size, chunks) = (row.try_get("size")?, row.try_get("chunks")?);
        Ok(Some(Sealed { patient: record.key, key, size, chunks, sha256: row.try_get("sha256")? }))
    }

    async fn chunk(
        &self,
        stored: &StoredEntry,
        sealed: &Sealed,
        index: i64,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let document = stored.entry.logical_id.as_bytes();
        let mut reader = self.readers.acquire().await?;
        let select = sqlx::query(include_str!("queries/chunk.sql"));
        let select = select.bind(sealed.patient.as_slice()).bind(document.as_slice()).bind(index);
        let Some(row) = Session::new(&mut reader).one(select).await? else { return Ok(None) };
        let bytes: &[u8] = row.try_get("bytes")?;
        let last = index.saturating_add(1) == sealed.chunks;
        Ok(sealed.key.open_chunk(document, index.unsigned_abs(), last, bytes).ok())
    }
}
