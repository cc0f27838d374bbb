//! Entries as stored: sealed, opened, and read with their set and their relationships.

use std::collections::HashMap;

use journey::{DocumentKey, StoredEntry};
use model::{
    Association, AssociationKind, DocumentEntry, EntryUuid, Ins, Moment, ObjectRef, SubmissionSet, UniqueId,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::Inner;
use crate::cipher::{Place, SecretKey, Unsound};
use crate::columns::{kind_of, status_of};
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::keys::PatientKey;
use crate::masks::masks_of;
use crate::prepare::set_place;
use crate::record::Record;
use crate::row::{EntryRow, Placed, SetRow, decode, encode};
use crate::session::Session;

/// A record that the store has the secret of.
pub(crate) struct OpenRecord {
    pub(crate) key: PatientKey,
    pub(crate) secret: SecretKey,
    pub(crate) ins: Ins,
    pub(crate) last_sequence: i64,
}

impl Inner {
    /// The record of a matricule with its secret; `None` when there is none, or it was erased.
    pub(crate) async fn open_record(
        &self,
        session: &mut Session<'_>,
        ins: &Ins,
    ) -> Result<Option<OpenRecord>, Failure> {
        let Some(record) = Record::of(session, &self.keys, ins).await? else { return Ok(None) };
        let secret = record.secret(&self.keys)?;
        Ok(secret.map(|secret| OpenRecord {
            key: record.key,
            secret,
            ins: ins.clone(),
            last_sequence: record.last_sequence,
        }))
    }

    /// [`journey::Store::entry`].
    pub(crate) async fn entry(
        &self,
        patient: &Ins,
        key: &DocumentKey,
    ) -> Result<Option<StoredEntry>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let Some(record) = self.open_record(&mut session, patient).await? else { return Ok(None) };
        match key {
            DocumentKey::Uuid(id) => record.by_uuid(&mut session, id).await,
            DocumentKey::Unique(id) => record.by_unique_id(&mut session, id).await,
        }
    }
}

impl Inner {
    /// [`journey::Store::versions`].
    pub(crate) async fn versions(
        &self,
        patient: &Ins,
        document: &EntryUuid,
    ) -> Result<Vec<StoredEntry>, Failure> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let Some(record) = self.open_record(&mut session, patient).await? else { return Ok(Vec::new()) };
        let Some(current) = record.by_uuid(&mut session, document).await? else { return Ok(Vec::new()) };
        let select = sqlx::query(include_str!("queries/versions.sql"))
            .bind(record.key.as_slice())
            .bind(current.entry.logical_id.as_bytes().as_slice())
            .bind(current.stored_at.0);
        let mut versions = vec![current.clone()];
        for row in session.all(select).await? {
            let placed = Placed {
                patient: record.ins.clone(),
                entry_uuid: uuid_of(row.try_get("entry_uuid")?)?,
                logical_id: current.entry.logical_id,
                version: row.try_get("version")?,
                availability: status_of(row.try_get("status")?)?,
                kind: current.entry.kind,
            };
            let place = entry_place(&record.key, &placed.logical_id, &placed.entry_uuid, placed.version);
            let opened = record.secret.open(&place, row.try_get("metadata")?)?;
            let entry = decode::<EntryRow>(&opened)?.into_entry(placed)?;
            let changed_at = Moment(row.try_get("changed_at")?);
            versions.push(StoredEntry { entry, changed_at, ..current.clone() });
        }
        Ok(versions)
    }
}

/// The columns that [`OpenRecord::load`] reads.
pub(crate) const SELECT: &str = include_str!("queries/select_entry.sql");

impl OpenRecord {
    /// The document with this logicalID or entryUUID, an earlier version's included.
    pub(crate) async fn by_uuid(
        &self,
        session: &mut Session<'_>,
        id: &EntryUuid,
    ) -> Result<Option<StoredEntry>, Failure> {
        let mut query = self.select();
        push_named(&mut query, std::slice::from_ref(id));
        query.push(" ORDER BY e.sequence LIMIT 1");
        self.first(session, query.build()).await
    }

    /// The current document with this uniqueId, else the newest.
    pub(crate) async fn by_unique_id(
        &self,
        session: &mut Session<'_>,
        id: &UniqueId,
    ) -> Result<Option<StoredEntry>, Failure> {
        let mut query = self.select();
        query.push(" AND e.unique_id = ").push_bind(id.as_str().to_owned());
        query.push(" ORDER BY e.status = 'approved' DESC, e.sequence DESC LIMIT 1");
        self.first(session, query.build()).await
    }

    /// A query of this record's entries, to be continued with conditions.
    pub(crate) fn select(&self) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(SELECT);
        query.push(" WHERE e.patient_key = ").push_bind(self.key.0.to_vec());
        query
    }

    async fn first(
        &self,
        session: &mut Session<'_>,
        statement: crate::session::Statement<'_>,
    ) -> Result<Option<StoredEntry>, Failure> {
        let rows = session.all(statement).await?;
        Ok(self.load(session, &rows).await?.into_iter().next())
    }

    /// Opens the rows and adds sets, relationships and masks by name.
    pub(crate) async fn load(
        &self,
        session: &mut Session<'_>,
        rows: &[SqliteRow],
    ) -> Result<Vec<StoredEntry>, Failure> {
        let mut documents = Vec::with_capacity(rows.len());
        for row in rows {
            documents.push(uuid_of(row.try_get("document")?)?);
        }
        let mut links = self.links(session, &documents).await?;
        let mut masks = masks_of(session, &self.key, &documents).await?;
        let mut sets: HashMap<EntryUuid, SubmissionSet> = HashMap::new();
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = self.open_entry(row)?;
            let set_uuid = uuid_of(row.try_get("set_uuid")?)?;
            let set = match sets.get(&set_uuid) {
                Some(set) => set.clone(),
                None => {
                    let opened =
                        self.secret.open(&set_place(&self.key, &set_uuid), row.try_get("set_metadata")?)?;
                    let set = decode::<SetRow>(&opened)?.into_set(self.ins.clone())?;
                    sets.entry(set_uuid).or_insert(set).clone()
                }
            };
            let mut associations = links.remove(&entry.logical_id).unwrap_or_default();
            for association in &mut associations {
                association.source = entry.entry_uuid;
            }
            entries.push(StoredEntry {
                masked_to: masks.remove(&entry.logical_id).unwrap_or_default(),
                added_by_holder: row.try_get("added_by_holder")?,
                depositor_was_blocked: row.try_get("depositor_was_blocked")?,
                held: row.try_get("held")?,
                entry,
                set,
                associations,
                sequence: row.try_get("sequence")?,
                stored_at: Moment(row.try_get("stored_at")?),
                changed_at: Moment(row.try_get("changed_at")?),
            });
        }
        Ok(entries)
    }

    /// The metadata of one row.
    pub(crate) fn open_entry(&self, row: &SqliteRow) -> Result<DocumentEntry, Failure> {
        let placed = Placed {
            patient: self.ins.clone(),
            entry_uuid: uuid_of(row.try_get("entry_uuid")?)?,
            logical_id: uuid_of(row.try_get("document")?)?,
            version: row.try_get("version")?,
            availability: status_of(row.try_get("status")?)?,
            kind: kind_of(row.try_get("object")?)?,
        };
        let place = entry_place(&self.key, &placed.logical_id, &placed.entry_uuid, placed.version);
        let opened = self.secret.open(&place, row.try_get("metadata")?)?;
        Ok(decode::<EntryRow>(&opened)?.into_entry(placed)?)
    }

    /// The relationships whose source is one of these documents, by the source's logicalID.
    async fn links(
        &self,
        session: &mut Session<'_>,
        sources: &[EntryUuid],
    ) -> Result<HashMap<EntryUuid, Vec<Association>>, Failure> {
        let mut links: HashMap<EntryUuid, Vec<Association>> = HashMap::new();
        if sources.is_empty() {
            return Ok(links);
        }
        let select = sqlx::query(include_str!("queries/links_of_sources.sql"))
            .bind(self.key.as_slice())
            .bind(hex_list(sources));
        for row in session.all(select).await? {
            let source = uuid_of(row.try_get("source")?)?;
            let kind = AssociationKind::of(row.try_get("kind")?).ok_or(Unsound("an unknown relationship"))?;
            links.entry(source).or_default().push(Association {
                documentation: None,
                entry_uuid: uuid_of(row.try_get("association")?)?,
                kind,
                source,
                target: ObjectRef::Uuid(uuid_of(row.try_get("target")?)?),
            });
        }
        Ok(links)
    }
}

/// Seals an entry's metadata.
pub(crate) fn seal_entry(
    secret: &SecretKey,
    patient: &PatientKey,
    entry: &DocumentEntry,
) -> Result<Vec<u8>, Unsound> {
    let plaintext = zeroize::Zeroizing::new(encode(&EntryRow::of(entry))?);
    secret.seal(&entry_place(patient, &entry.logical_id, &entry.entry_uuid, entry.version), &plaintext)
}

/// Restricts a query of entries to those named by logicalID or entryUUID, an earlier version's included: who
/// knows a document by the id of its deposit finds it after a change of metadata, and learns nothing of that.
pub(crate) fn push_named(query: &mut QueryBuilder<Sqlite>, ids: &[EntryUuid]) {
    let list = hex_list(ids);
    query.push(" AND (e.document IN (SELECT unhex(value) FROM json_each(").push_bind(list.clone());
    query.push(")) OR e.entry_uuid IN (SELECT unhex(value) FROM json_each(").push_bind(list.clone());
    query.push(")) OR EXISTS (SELECT 1 FROM past_entry AS p WHERE p.patient_key = e.patient_key");
    query.push(" AND p.document = e.document AND p.entry_uuid IN (SELECT unhex(value) FROM json_each(");
    query.push_bind(list).push("))))");
}

/// UUIDs as a JSON list of hexadecimal texts, for `unhex` over `json_each`: one bound value whatever the number.
pub(crate) fn hex_list(ids: &[EntryUuid]) -> String {
    let hex = |id: &EntryUuid| id.bare().replace('-', "");
    serde_json::Value::from(ids.iter().map(hex).collect::<Vec<_>>()).to_string()
}

pub(crate) fn entry_place(
    patient: &PatientKey,
    document: &EntryUuid,
    entry_uuid: &EntryUuid,
    version: u32,
) -> Place {
    let row = [patient.as_slice(), document.as_bytes(), entry_uuid.as_bytes(), &version.to_be_bytes()];
    Place::new("entry.metadata", &row)
}
