//! Every object of one record, read on one snapshot ([`journey::Store::holdings`]).

use std::collections::HashSet;

use journey::{End, Holdings, LinkKind, StoredEntry, StoredLink, StoredSet};
use model::{AssociationKind, Availability, DocumentEntry, EntryUuid, HAS_MEMBER, Ins, Moment};
use policy::Visibility;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::Inner;
use crate::associations::open_details;
use crate::cipher::Unsound;
use crate::columns::{kind_of, status_of};
use crate::commit::uuid_of;
use crate::entries::OpenRecord;
use crate::failure::Failure;
use crate::prepare::set_place;
use crate::row::{EntryRow, Placed, SetRow, decode};
use crate::session::Session;
use crate::visibility_sql::push_visibility;

/// Documents of one record that are read together at the most.
const MOST_DOCUMENTS: usize = 20_000;

impl Inner {
    /// [`journey::Store::holdings`].
    pub(crate) async fn holdings(
        &self,
        patient: &Ins,
        visibility: Option<&Visibility>,
    ) -> Result<Holdings, Failure> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let Some(record) = self.open_record(&mut session, patient).await? else {
            return Ok(Holdings::default());
        };
        let documents = self.documents(&mut session, &record, visibility).await?;
        Ok(Holdings {
            past: record.past(&mut session, &documents).await?,
            documents,
            sets: record.sets(&mut session).await?,
            folders: record.folders(&mut session).await?,
            links: record.all_links(&mut session).await?,
        })
    }

    async fn documents(
        &self,
        session: &mut Session<'_>,
        record: &OpenRecord,
        visibility: Option<&Visibility>,
    ) -> Result<Vec<StoredEntry>, Failure> {
        let mut select = record.select();
        if let Some(visibility) = visibility {
            push_visibility(&mut select, &self.keys, visibility);
        }
        select.push(" ORDER BY e.sequence LIMIT ").push_bind(MOST_DOCUMENTS as i64 + 1);
        let rows = session.all(select.build()).await?;
        if rows.len() > MOST_DOCUMENTS {
            return Err(Unsound("a record with more documents than are read together").into());
        }
        record.load(session, &rows).await
    }
}

impl OpenRecord {
    /// Earlier versions of these documents, the newest first: one for each entryUUID that is not the current one.
    async fn past(
        &self,
        session: &mut Session<'_>,
        documents: &[StoredEntry],
    ) -> Result<Vec<DocumentEntry>, Failure> {
        let shown: HashSet<EntryUuid> = documents.iter().map(|stored| stored.entry.logical_id).collect();
        let mut seen: HashSet<EntryUuid> = documents.iter().map(|stored| stored.entry.entry_uuid).collect();
        let select = sqlx::query(include_str!("queries/past_entries.sql")).bind(self.key.as_slice());
        let mut past = Vec::new();
        for row in session.all(select).await? {
            let placed = Placed {
                patient: self.ins.clone(),
                entry_uuid: uuid_of(row.try_get("entry_uuid")?)?,
                logical_id: uuid_of(row.try_get("document")?)?,
                version: row.try_get("version")?,
                availability: Availability::Deprecated,
                kind: kind_of(row.try_get("object")?)?,
            };
            if !shown.contains(&placed.logical_id) || !seen.insert(placed.entry_uuid) {
                continue;
            }
            let place = crate::entries::entry_place(
                &self.key,
                &placed.logical_id,
                &placed.entry_uuid,
                placed.version,
            );
            let opened = self.secret.open(&place, row.try_get("metadata")?)?;
            past.push(decode::<EntryRow>(&opened)?.into_entry(placed)?);
        }
        Ok(past)
    }

    /// Every set that still says something.
    async fn sets(&self, session: &mut Session<'_>) -> Result<Vec<StoredSet>, Failure> {
        let select = sqlx::query(include_str!("queries/sets.sql")).bind(self.key.as_slice());
        let mut sets = Vec::new();
        for row in session.all(select).await? {
            let id = uuid_of(row.try_get("set_uuid")?)?;
            let opened = self.secret.open(&set_place(&self.key, &id), row.try_get("metadata")?)?;
            let set = decode::<SetRow>(&opened)?.into_set(self.ins.clone())?;
            sets.push(StoredSet { set, stored_at: Moment(row.try_get("committed_at")?) });
        }
        Ok(sets)
    }

    async fn all_links(&self, session: &mut Session<'_>) -> Result<Vec<StoredLink>, Failure> {
        let select = sqlx::query(include_str!("queries/associations.sql")).bind(self.key.as_slice());
        session.all(select).await?.iter().map(|row| self.open_link(row)).collect()
    }

    fn open_link(&self, row: &SqliteRow) -> Result<StoredLink, Failure> {
        let entry_uuid = uuid_of(row.try_get("association")?)?;
        let kind: &str = row.try_get("kind")?;
        let set_status: Option<&str> = row.try_get("set_status")?;
        let kind = match (kind, set_status) {
            (HAS_MEMBER, Some("original")) => LinkKind::Original,
            (HAS_MEMBER, Some(_)) => LinkKind::Reference,
            (HAS_MEMBER, None) => LinkKind::Member,
            (urn, _) => {
                LinkKind::Relationship(AssociationKind::of(urn).ok_or(Unsound("an unknown relationship"))?)
            }
        };
        Ok(StoredLink {
            entry_uuid,
            kind,
            source: end(row.try_get("source_object")?, uuid_of(row.try_get("source")?)?)?,
            target: end(row.try_get("target_object")?, uuid_of(row.try_get("target")?)?)?,
            version: row.try_get("target_version")?,
            status: status_of(row.try_get("status")?)?,
            documentation: open_details(&self.secret, &self.key, &entry_uuid, row.try_get("details")?)?,
        })
    }
}

fn end(object: &str, id: EntryUuid) -> Result<End, Unsound> {
    match object {
        "document" => Ok(End::Document(id)),
        "set" => Ok(End::Set(id)),
        "folder" => Ok(End::Folder(id)),
        "association" => Ok(End::Association(id)),
        _ => Err(Unsound("an association of something unknown")),
    }
}
