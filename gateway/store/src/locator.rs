//! From an identifier to the record that holds it: rows keyed by HMAC, so that the table tells nothing.

use journey::{DocumentKey, ObjectKey};
use model::{EntryUuid, Ins, UniqueId};
use sqlx::Row;

use crate::Inner;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey, Space};
use crate::record::Record;
use crate::session::Session;

/// What an identifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object {
    /// A record, by the id that the FHIR door shows.
    Patient,
    Document,
    Set,
    Folder,
    Association,
}

impl Object {
    const fn name(self) -> &'static str {
        match self {
            Object::Patient => "patient",
            Object::Document => "document",
            Object::Set => "set",
            Object::Folder => "folder",
            Object::Association => "association",
        }
    }
}

/// Takes a UUID for an object. A violated constraint means that another object has it.
pub(crate) async fn take_uuid(
    keys: &Keys,
    session: &mut Session<'_>,
    patient: &PatientKey,
    id: &EntryUuid,
    object: Object,
) -> Result<(), Failure> {
    let insert = sqlx::query(include_str!("queries/take_uuid.sql"))
        .bind(keys.index(Space::Uuid, id.as_bytes()))
        .bind(patient.as_slice())
        .bind(object.name());
    session.run(insert).await?;
    Ok(())
}

/// Notes that a uniqueId is in a record; it may be in others, and in this one already.
pub(crate) async fn note_unique_id(
    keys: &Keys,
    session: &mut Session<'_>,
    patient: &PatientKey,
    id: &UniqueId,
    object: Object,
) -> Result<(), Failure> {
    let space = match object {
        Object::Set => Space::SetId,
        Object::Folder => Space::FolderId,
        Object::Patient | Object::Document | Object::Association => Space::DocumentId,
    };
    let insert = sqlx::query(include_str!("queries/note_unique_id.sql"))
        .bind(keys.index(space, id.as_str().as_bytes()))
        .bind(patient.as_slice())
        .bind(object.name());
    session.run(insert).await?;
    Ok(())
}

/// True if any object of the registry has this UUID.
pub(crate) async fn uuid_is_taken(
    keys: &Keys,
    session: &mut Session<'_>,
    id: &EntryUuid,
) -> Result<bool, Failure> {
    let select = sqlx::query("SELECT 1 FROM locator WHERE id_index = $1 LIMIT 1");
    Ok(session.one(select.bind(keys.index(Space::Uuid, id.as_bytes()))).await?.is_some())
}

impl Inner {
    /// [`journey::Store::locate`].
    pub(crate) async fn locate(&self, key: &DocumentKey) -> Result<Vec<Ins>, Failure> {
        let index = match key {
            DocumentKey::Uuid(id) => self.keys.index(Space::Uuid, id.as_bytes()),
            DocumentKey::Unique(id) => self.keys.index(Space::DocumentId, id.as_str().as_bytes()),
        };
        self.holders_of(index, &[Object::Document]).await
    }

    /// [`journey::Store::locate_object`].
    pub(crate) async fn locate_object(&self, key: &ObjectKey) -> Result<Vec<Ins>, Failure> {
        let every = [Object::Document, Object::Set, Object::Folder, Object::Association];
        match key {
            ObjectKey::Uuid(id) => self.holders_of(self.keys.index(Space::Uuid, id.as_bytes()), &every).await,
            ObjectKey::Document(id) => {
                let index = self.keys.index(Space::DocumentId, id.as_str().as_bytes());
                self.holders_of(index, &[Object::Document]).await
            }
            ObjectKey::Set(id) => {
                let index = self.keys.index(Space::SetId, id.as_str().as_bytes());
                self.holders_of(index, &[Object::Set]).await
            }
            ObjectKey::Folder(id) => {
                let index = self.keys.index(Space::FolderId, id.as_str().as_bytes());
                self.holders_of(index, &[Object::Folder]).await
            }
        }
    }

    /// [`journey::Store::patient_by_id`].
    pub(crate) async fn patient_by_id(&self, id: EntryUuid) -> Result<Option<Ins>, Failure> {
        let holders =
            self.holders_of(self.keys.index(Space::Uuid, id.as_bytes()), &[Object::Patient]).await?;
        Ok(holders.into_iter().next())
    }

    async fn holders_of(&self, index: Vec<u8>, objects: &[Object]) -> Result<Vec<Ins>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let names = serde_json::Value::from(objects.iter().map(|object| object.name()).collect::<Vec<_>>());
        let select = sqlx::query(include_str!("queries/locate.sql")).bind(index).bind(names.to_string());
        let rows = session.all(select).await?;
        let mut holders = Vec::new();
        for row in rows {
            let key = PatientKey::of(row.try_get("patient_key")?)?;
            let Some(record) = Record::by_key(&mut session, &key).await? else { continue };
            let Some(secret) = record.secret(&self.keys)? else { continue };
            holders.push(record.identity(&secret)?.ins);
        }
        Ok(holders)
    }
}
