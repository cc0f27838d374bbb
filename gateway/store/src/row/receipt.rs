//! A receipt: an identical retry gets the same one.

use model::{Depositor, EntryUuid, Moment, Receipt, ReceivedDocument, UniqueId};
use serde::{Deserialize, Serialize};

use crate::cipher::Unsound;
use crate::row::{Stored, stored};

stored!(ReceivedDocumentRow: ReceivedDocument {
    entry_uuid: EntryUuid,
    logical_id: EntryUuid,
    unique_id: UniqueId,
});

stored!(DepositorRow: Depositor {
    person: Option<String>,
    structure: Option<String>,
});

/// The stored receipt.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReceiptRow {
    set: <EntryUuid as Stored>::Row,
    set_unique_id: <UniqueId as Stored>::Row,
    documents: Vec<ReceivedDocumentRow>,
    #[serde(default)]
    folders: Vec<<EntryUuid as Stored>::Row>,
    superseded: Vec<<EntryUuid as Stored>::Row>,
    at: i64,
    /// Who made the deposit; not known of what was deposited before this was kept, nor of an update.
    #[serde(default)]
    by: Option<DepositorRow>,
}

impl ReceiptRow {
    /// The stored form.
    pub(crate) fn of(receipt: &Receipt) -> Self {
        ReceiptRow {
            set: receipt.set.to_row(),
            set_unique_id: receipt.set_unique_id.to_row(),
            documents: receipt.documents.to_row(),
            folders: receipt.folders.to_row(),
            superseded: receipt.superseded.to_row(),
            at: receipt.at.0,
            by: None,
        }
    }

    /// The same with who made the deposit.
    pub(crate) fn by(self, depositor: &Depositor) -> Self {
        ReceiptRow { by: Some(depositor.to_row()), ..self }
    }

    /// The receipt, for its depositor alone; `None` for anybody else.
    pub(crate) fn into_receipt_of(mut self, asking: &Depositor) -> Result<Option<Receipt>, Unsound> {
        let Some(by) = self.by.take() else { return Ok(None) };
        if !Depositor::from_row(by)?.is(asking) {
            return Ok(None);
        }
        self.into_receipt_again().map(|receipt| Some(Receipt { again: false, ..receipt }))
    }

    /// The receipt for a retry.
    pub(crate) fn into_receipt_again(self) -> Result<Receipt, Unsound> {
        Ok(Receipt {
            set: EntryUuid::from_row(self.set)?,
            set_unique_id: UniqueId::from_row(self.set_unique_id)?,
            documents: Vec::from_row(self.documents)?,
            folders: Vec::from_row(self.folders)?,
            superseded: Vec::from_row(self.superseded)?,
            at: Moment(self.at),
            again: true,
        })
    }
}
