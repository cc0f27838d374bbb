//! The commit of a deposit under the lock: what the decision rested on is read again, then everything is
//! written or nothing.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use model::{AssociationKind, EntryUuid, ObjectRef, Receipt, Rule};
use policy::RecordState;
use sqlx::Row;

use crate::calendar::Calendar;
use crate::cipher::Unsound;
use crate::failure::Failure;
use crate::keys::{Keys, Space};
use crate::locator::{Object, note_unique_id, take_uuid};
use crate::prepare::{Chunks, Deposit, SealedDocument, receipt_place};
use crate::record::Record;
use crate::row::{ReceiptRow, decode, encode};
use crate::session::Session;
use crate::staging::insert_chunk;
use crate::traces::Traces;

impl Deposit {
    /// Writes the deposit, or gives the receipt of the identical one that came first.
    pub(crate) async fn write(
        mut self,
        keys: &Keys,
        calendar: &Calendar,
        session: &mut Session<'_>,
    ) -> Result<Receipt, Failure> {
        let record = Record::by_key(session, &self.patient).await?.ok_or(Failure::Moved)?;
        // Time alone may have closed the door since: the state is told at the deposit's own instant.
        let open = record.state(calendar, self.event.at).told() == RecordState::Open;
        if !open || record.version() != self.facts {
            return Err(Failure::Moved);
        }
        if let Some(receipt) = self.same_set_before(session).await? {
            return Ok(receipt);
        }
        let replaced = self.supersede(session).await?;
        self.write_set(keys, session).await?;
        let mut position = self.positions(session).await?;
        for document in &self.documents {
            position += 1;
            self.write_document(session, document).await?;
            self.write_entry(keys, session, document, position).await?;
        }
        self.write_folders(keys, session).await?;
        self.write_links(keys, session).await?;
        self.inherit_folders(keys, session, &replaced).await?;
        let (patient, secret, event) = (&self.patient, &self.secret, &self.event);
        Traces { keys, patient, secret, preference: record.notice }.leave(session, event).await?;
        Ok(self.receipt)
    }

    /// The receipt of an identical submission; a different one under the same id is a conflict.
    async fn same_set_before(&self, session: &mut Session<'_>) -> Result<Option<Receipt>, Failure> {
        let select = sqlx::query(include_str!("queries/set_by_unique_id.sql"))
            .bind(self.patient.as_slice())
            .bind(self.receipt.set_unique_id.as_str());
        let Some(row) = session.one(select).await? else { return Ok(None) };
        let digest: Vec<u8> = row.try_get("digest")?;
        if verify_slices_are_equal(&digest, &self.digest).is_err() {
            return Err(Failure::Conflict(Rule::SetIdIsFree));
        }
        let set = uuid_of(row.try_get("set_uuid")?)?;
        let opened = self.secret.open(&receipt_place(&self.patient, &set), row.try_get("receipt")?)?;
        Ok(Some(decode::<ReceiptRow>(&opened)?.into_receipt_again()?))
    }

    /// Replaced documents become Deprecated, and with each one the Approved documents that append to it or
    /// transform it (IHE ITI TF-3 §4.2.2.2). Before the new documents are there, so that none is hit. The receipt names
    /// the replaced ones first, in the order of the links, then what follows, whoever wrote it. Gives each replaced
    /// document with the one that replaces it.
    async fn supersede(&mut self, session: &mut Session<'_>) -> Result<Vec<(EntryUuid, EntryUuid)>, Failure> {
        let (mut superseded, mut followers) = (Vec::new(), Vec::new());
        for (target, by) in &self.replacements {
            let (document, status) =
                self.stored(session, target).await?.ok_or(Failure::Conflict(Rule::ReplacedDocumentIsOwn))?;
            if !matches!(status.as_str(), "approved" | "archived") {
                return Err(Failure::Conflict(Rule::ReplacedDocumentIsCurrent));
            }
            let update = sqlx::query(include_str!("queries/supersede.sql"))
                .bind(self.patient.as_slice())
                .bind(document.as_bytes().as_slice())
                .bind(AssociationKind::Appends.urn())
                .bind(AssociationKind::Transforms.urn());
            superseded.push((document, *by));
            for row in session.all(update).await? {
                let hit = uuid_of(row.try_get("document")?)?;
                followers.extend((hit != document).then_some(hit));
            }
        }
        self.receipt.superseded = superseded.iter().map(|(document, _)| *document).chain(followers).collect();
        Ok(superseded)
    }

    async fn write_set(&self, keys: &Keys, session: &mut Session<'_>) -> Result<(), Failure> {
        let set = &self.receipt.set;
        let receipt = encode(&ReceiptRow::of(&self.receipt).by(&self.depositor))?;
        let insert = sqlx::query(include_str!("queries/insert_set.sql"))
            .bind(self.patient.as_slice())
            .bind(set.as_bytes().as_slice())
            .bind(self.receipt.set_unique_id.as_str())
            .bind(self.digest.as_slice())
            .bind(self.set_metadata.as_slice())
            .bind(self.secret.seal(&receipt_place(&self.patient, set), &receipt)?)
            .bind(self.receipt.at.0);
        session.run(insert).await?;
        take_uuid(keys, session, &self.patient, set, Object::Set).await?;
        note_unique_id(keys, session, &self.patient, &self.receipt.set_unique_id, Object::Set).await
    }

    /// Takes as many positions as there are documents; the last one before them.
    async fn positions(&self, session: &mut Session<'_>) -> Result<i64, Failure> {
        let count = i64::try_from(self.documents.len()).map_err(|_| Unsound("too many documents"))?;
        let update = sqlx::query(include_str!("queries/take_positions.sql"));
        let row =
            session.one(update.bind(self.patient.as_slice()).bind(count)).await?.ok_or(Failure::Moved)?;
        Ok(row.try_get::<i64, _>("last_sequence")? - count)
    }

    async fn write_document(
        &self,
        session: &mut Session<'_>,
        document: &SealedDocument,
    ) -> Result<(), Failure> {
        let (patient, id) = (self.patient.as_slice(), document.columns.document.as_bytes().as_slice());
        let size = i64::try_from(document.fingerprint.size).map_err(|_| Unsound("a document too large"))?;
        let (statement, count) = match &document.chunks {
            Chunks::Here(chunks) => (include_str!("queries/insert_document.sql"), chunks.len() as u64),
            Chunks::PutAside(count) => (include_str!("queries/commit_staged.sql"), *count),
        };
        let insert = sqlx::query(statement)
            .bind(patient)
            .bind(id)
            .bind(document.wrapped_key.as_slice())
            .bind(size)
            .bind(document.fingerprint.sha256.as_slice())
            .bind(i64::try_from(count).map_err(|_| Unsound("a document too large"))?)
            .bind(self.was_blocked(session, document).await?)
            .bind(document.added_by_holder)
            .bind(document.held);
        let written = session.run(insert).await?;
        match &document.chunks {
            Chunks::Here(chunks) => {
                for (index, bytes) in (0_i64..).zip(chunks) {
                    insert_chunk(session, &self.patient, &document.columns.document, index, bytes).await?;
                }
                Ok(())
            }
            Chunks::PutAside(_) if written == 1 => Ok(()),
            // Its record was erased meanwhile.
            Chunks::PutAside(_) => Err(Failure::Moved),
        }
    }

    /// D5: the depositor, its structure or an author is blocked at this instant.
    async fn was_blocked(
        &self,
        session: &mut Session<'_>,
        document: &SealedDocument,
    ) -> Result<bool, Failure> {
        if document.depositor_was_blocked {
            return Ok(true);
        }
        for (kind, id) in &document.authors {
            let select =
                sqlx::query("SELECT 1 FROM blocked WHERE patient_key = $1 AND kind = $2 AND id = $3");
            let select = select.bind(self.patient.as_slice()).bind(*kind).bind(id.as_str());
            if session.one(select).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn write_entry(
        &self,
        keys: &Keys,
        session: &mut Session<'_>,
        document: &SealedDocument,
        position: i64,
    ) -> Result<(), Failure> {
        let columns = &document.columns;
        let insert = sqlx::query(include_str!("queries/insert_entry.sql"))
            .bind(self.patient.as_slice())
            .bind(columns.document.as_bytes().as_slice())
            .bind(columns.entry_uuid.as_bytes().as_slice())
            .bind(columns.version)
            .bind(columns.unique_id.clone())
            .bind(self.copy_no(keys, session, document).await?)
            .bind(self.receipt.set.as_bytes().as_slice())
            .bind(position)
            .bind(self.receipt.at.0)
            .bind(columns.status)
            .bind(document.fingerprint.sha1.as_bytes().as_slice())
            .bind(document.metadata.as_slice());
        session.run(columns.bind(insert)).await?;
        columns.write_children(session, &self.patient).await?;
        take_uuid(keys, session, &self.patient, &columns.entry_uuid, Object::Document).await?;
        if columns.document != columns.entry_uuid {
            take_uuid(keys, session, &self.patient, &columns.document, Object::Document).await?;
        }
        let received = self.receipt.documents.iter().find(|received| received.logical_id == columns.document);
        let unique_id = &received.ok_or(Unsound("a document that the receipt does not name"))?.unique_id;
        note_unique_id(keys, session, &self.patient, unique_id, Object::Document).await
    }

    /// 0 for a uniqueId that is new in this record. In the open pack a second entry of the same bytes counts
    /// on; else 0 again, which the constraint refuses (decision-order F5). The uniqueId of a destroyed document
    /// is spent.
    async fn copy_no(
        &self,
        keys: &Keys,
        session: &mut Session<'_>,
        document: &SealedDocument,
    ) -> Result<i64, Failure> {
        let unique_id = document.columns.unique_id.as_bytes();
        let spent = sqlx::query("SELECT 1 FROM document WHERE patient_key = $1 AND spent_unique_id = $2")
            .bind(self.patient.as_slice())
            .bind(keys.index_in(Space::DocumentId, &self.patient, unique_id));
        if session.one(spent).await?.is_some() {
            return Err(Failure::Conflict(Rule::DocumentIdIsFree));
        }
        let select = sqlx::query(include_str!("queries/copies.sql"))
            .bind(self.patient.as_slice())
            .bind(document.columns.unique_id.clone())
            .bind(document.fingerprint.sha1.as_bytes().as_slice());
        let Some(row) = session.one(select).await? else { return Ok(0) };
        let (copies, identical): (i64, i64) = (row.try_get("copies")?, row.try_get("identical")?);
        Ok(if self.accept_identical_documents && copies == identical { copies } else { 0 })
    }

    /// The logicalID and status of a document of this record.
    pub(crate) async fn stored(
        &self,
        session: &mut Session<'_>,
        target: &ObjectRef,
    ) -> Result<Option<(EntryUuid, String)>, Failure> {
        let select = match target {
            ObjectRef::Uuid(id) => sqlx::query(include_str!("queries/document_by_uuid.sql"))
                .bind(self.patient.as_slice())
                .bind(id.as_bytes().as_slice()),
            ObjectRef::Unique(id) => sqlx::query(include_str!("queries/document_by_unique_id.sql"))
                .bind(self.patient.as_slice())
                .bind(id.as_str()),
        };
        let Some(row) = session.one(select).await? else { return Ok(None) };
        Ok(Some((uuid_of(row.try_get("document")?)?, row.try_get("status")?)))
    }
}

/// A UUID from a column.
pub(crate) fn uuid_of(bytes: &[u8]) -> Result<EntryUuid, Unsound> {
    <[u8; 16]>::try_from(bytes)
        .map(EntryUuid::from_bytes)
        .map_err(|_| Unsound("a UUID that is not of 16 bytes"))
}
