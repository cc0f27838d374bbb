//! A folder: one sealed blob; what changes stands in columns beside it.

use model::{Availability, Code, EntryUuid, Folder, Ins, Moment, UniqueId};
use serde::{Deserialize, Serialize};

use crate::cipher::Unsound;
use crate::row::Stored;

/// What the columns and the record say of a folder.
#[derive(Debug, Clone)]
pub(crate) struct FolderPlaced {
    pub(crate) patient: Ins,
    pub(crate) entry_uuid: EntryUuid,
    pub(crate) logical_id: EntryUuid,
    pub(crate) version: u32,
    pub(crate) availability: Availability,
    pub(crate) last_update: Moment,
}

/// The sealed part.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FolderRow {
    unique_id: <UniqueId as Stored>::Row,
    codes: <Vec<Code> as Stored>::Row,
    title: Option<String>,
    comments: Option<String>,
    extra: Vec<(String, Vec<String>)>,
}

impl FolderRow {
    /// The stored form.
    pub(crate) fn of(folder: &Folder) -> Self {
        FolderRow {
            unique_id: folder.unique_id.to_row(),
            codes: folder.codes.to_row(),
            title: folder.title.clone(),
            comments: folder.comments.clone(),
            extra: folder.extra.clone(),
        }
    }

    /// The folder with what the columns say.
    pub(crate) fn into_folder(self, placed: FolderPlaced) -> Result<Folder, Unsound> {
        Ok(Folder {
            entry_uuid: placed.entry_uuid,
            logical_id: placed.logical_id,
            version: placed.version,
            unique_id: UniqueId::from_row(self.unique_id)?,
            availability: placed.availability,
            patient: placed.patient,
            codes: Vec::from_row(self.codes)?,
            title: self.title,
            comments: self.comments,
            last_update: Some(placed.last_update.to_hl7()),
            extra: self.extra,
        })
    }
}
