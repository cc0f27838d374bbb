//! Folders as stored: sealed metadata, the instant of the last change in a column.

use journey::{StoredEntry, StoredFolder};
use model::{Author, EntryUuid, Folder, Moment, Rule, Submission};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::cipher::{Place, SecretKey, Unsound};
use crate::columns::status_of;
use crate::commit::uuid_of;
use crate::entries::OpenRecord;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::locator::{Object, note_unique_id, take_uuid};
use crate::prepare::{Deposit, set_place};
use crate::row::{FolderPlaced, FolderRow, SetRow, decode, encode};
use crate::session::Session;

/// A folder of a deposit, sealed.
pub(crate) struct SealedFolder {
    pub(crate) folder: Folder,
    pub(crate) metadata: Vec<u8>,
}

/// Seals the folders of a submission.
pub(crate) fn seal_folders(
    submission: &Submission,
    patient: &PatientKey,
    secret: &SecretKey,
) -> Result<Vec<SealedFolder>, Unsound> {
    let seal = |folder: &Folder| {
        Ok(SealedFolder { folder: folder.clone(), metadata: seal_folder(secret, patient, folder)? })
    };
    submission.folders.iter().map(seal).collect()
}

/// Seals a folder's metadata.
pub(crate) fn seal_folder(
    secret: &SecretKey,
    patient: &PatientKey,
    folder: &Folder,
) -> Result<Vec<u8>, Unsound> {
    let row = encode(&FolderRow::of(folder))?;
    secret.seal(&folder_place(patient, &folder.logical_id, &folder.entry_uuid, folder.version), &row)
}

pub(crate) fn folder_place(
    patient: &PatientKey,
    folder: &EntryUuid,
    entry_uuid: &EntryUuid,
    version: u32,
) -> Place {
    let row = [patient.as_slice(), folder.as_bytes(), entry_uuid.as_bytes(), &version.to_be_bytes()];
    Place::new("folder.metadata", &row)
}

impl Deposit {
    /// Writes the folders; their lastUpdateTime is the deposit's instant.
    pub(crate) async fn write_folders(&self, keys: &Keys, session: &mut Session<'_>) -> Result<(), Failure> {
        for SealedFolder { folder, metadata } in &self.folders {
            let insert = sqlx::query(include_str!("queries/insert_folder.sql"))
                .bind(self.patient.as_slice())
                .bind(folder.logical_id.as_bytes().as_slice())
                .bind(folder.entry_uuid.as_bytes().as_slice())
                .bind(folder.version)
                .bind(folder.unique_id.as_str())
                .bind(self.receipt.set.as_bytes().as_slice())
                .bind(self.receipt.at.0)
                .bind(metadata.as_slice());
            session.run(insert).await?;
            take_uuid(keys, session, &self.patient, &folder.entry_uuid, Object::Folder).await?;
            if folder.logical_id != folder.entry_uuid {
                take_uuid(keys, session, &self.patient, &folder.logical_id, Object::Folder).await?;
            }
            note_unique_id(keys, session, &self.patient, &folder.unique_id, Object::Folder).await?;
        }
        Ok(())
    }

    /// A document was added to the folder now; only a current one takes it.
    pub(crate) async fn touch(&self, session: &mut Session<'_>, folder: &EntryUuid) -> Result<(), Failure> {
        let update = sqlx::query(
            "UPDATE folder SET last_update = $3 WHERE patient_key = $1 AND folder = $2 AND status = 'approved'",
        )
        .bind(self.patient.as_slice())
        .bind(folder.as_bytes().as_slice())
        .bind(self.receipt.at.0);
        match session.run(update).await? {
            0 => Err(Failure::Conflict(Rule::LinkedObjectIsReachable)),
            _ => Ok(()),
        }
    }
}

impl OpenRecord {
    /// Every folder of the record with its earlier versions, in the order in which they came.
    pub(crate) async fn folders(&self, session: &mut Session<'_>) -> Result<Vec<StoredFolder>, Failure> {
        let select = sqlx::query(include_str!("queries/folders.sql")).bind(self.key.as_slice());
        let rows = session.all(select).await?;
        rows.iter()
            .map(|row| self.open_stored_folder(row))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .try_fold(Vec::new(), |mut folders: Vec<StoredFolder>, (folder, current, authors)| {
                match (current, folders.last_mut()) {
                    (true, _) => folders.push(StoredFolder { folder, past: Vec::new(), authors }),
                    (false, Some(last)) => last.past.push(folder),
                    (false, None) => return Err(Unsound("an earlier version of no folder").into()),
                }
                Ok(folders)
            })
    }

    /// One folder by any of its UUIDs.
    pub(crate) async fn folder_by_uuid(
        &self,
        session: &mut Session<'_>,
        id: &EntryUuid,
    ) -> Result<Option<StoredFolder>, Failure> {
        let folders = self.folders(session).await?;
        Ok(folders.into_iter().find(|stored| {
            let versions = std::iter::once(&stored.folder).chain(&stored.past);
            stored.folder.logical_id == *id || versions.into_iter().any(|folder| folder.entry_uuid == *id)
        }))
    }

    /// The documents that a folder holds.
    pub(crate) async fn documents_of_folder(
        &self,
        session: &mut Session<'_>,
        folder: &EntryUuid,
    ) -> Result<Vec<StoredEntry>, Failure> {
        let mut select = self.select();
        select.push(
            " AND e.document IN (SELECT a.target FROM association AS a WHERE a.patient_key = e.patient_key",
        );
        select.push(" AND a.source = ").push_bind(folder.as_bytes().to_vec());
        select.push(" AND a.status = 'approved') ORDER BY e.sequence LIMIT 1000");
        let rows = session.all(select.build()).await?;
        self.load(session, &rows).await
    }

    fn open_stored_folder(&self, row: &SqliteRow) -> Result<(Folder, bool, Vec<Author>), Failure> {
        let placed = FolderPlaced {
            patient: self.ins.clone(),
            entry_uuid: uuid_of(row.try_get("entry_uuid")?)?,
            logical_id: uuid_of(row.try_get("folder")?)?,
            version: row.try_get("version")?,
            availability: status_of(row.try_get("status")?)?,
            last_update: Moment(row.try_get("last_update")?),
        };
        let place = folder_place(&self.key, &placed.logical_id, &placed.entry_uuid, placed.version);
        let opened = self.secret.open(&place, row.try_get("metadata")?)?;
        let folder = decode::<FolderRow>(&opened)?.into_folder(placed)?;
        let set_uuid = uuid_of(row.try_get("set_uuid")?)?;
        let sealed: &[u8] = row.try_get("set_metadata")?;
        let authors = if sealed.is_empty() {
            Vec::new()
        } else {
            let opened = self.secret.open(&set_place(&self.key, &set_uuid), sealed)?;
            decode::<SetRow>(&opened)?.into_set(self.ins.clone())?.authors
        };
        Ok((folder, row.try_get("current")?, authors))
    }
}
