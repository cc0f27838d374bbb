//! What stage F needs to know of the record: the set's earlier receipt, identifiers taken, targets of links.

use journey::{Claim, LinkFacts, Linked, LinkedMember, Target, TargetFolder};
use model::{Depositor, EntryUuid, Ins, Member, ObjectRef, Receipt, Sha1, Submission, UniqueId};
use sqlx::Row;

use crate::Inner;
use crate::cipher::Unsound;
use crate::commit::uuid_of;
use crate::entries::OpenRecord;
use crate::failure::Failure;
use crate::locator::uuid_is_taken;
use crate::prepare::{inside, receipt_place};
use crate::row::{ReceiptRow, decode};
use crate::session::Session;

impl Inner {
    /// [`journey::Store::receipts_of`].
    pub(crate) async fn receipts_of(
        &self,
        patient: &Ins,
        document: &UniqueId,
        depositor: &Depositor,
    ) -> Result<Vec<Receipt>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let Some(record) = self.open_record(&mut session, patient).await? else { return Ok(Vec::new()) };
        let select = sqlx::query(include_str!("queries/receipts_of_document.sql"))
            .bind(record.key.as_slice())
            .bind(document.as_str());
        let mut receipts = Vec::new();
        for row in session.all(select).await? {
            let set = uuid_of(row.try_get("set_uuid")?)?;
            let place = receipt_place(&record.key, &set);
            let opened = record.secret.open(&place, row.try_get("receipt")?)?;
            receipts.extend(decode::<ReceiptRow>(&opened)?.into_receipt_of(depositor)?);
        }
        Ok(receipts)
    }

    /// [`journey::Store::link_facts`], on one snapshot.
    pub(crate) async fn link_facts(
        &self,
        patient: &Ins,
        submission: &Submission,
        set_unique_id: &UniqueId,
    ) -> Result<LinkFacts, Failure> {
        let mut snapshot = self.readers.begin().await?;
        self.link_facts_in(&mut Session::new(&mut snapshot), patient, submission, set_unique_id).await
    }

    async fn link_facts_in(
        &self,
        session: &mut Session<'_>,
        patient: &Ins,
        submission: &Submission,
        set_unique_id: &UniqueId,
    ) -> Result<LinkFacts, Failure> {
        let mut claims = self.taken_uuids(session, submission).await?;
        let Some(record) = self.open_record(session, patient).await? else {
            return Ok(LinkFacts { claims, ..LinkFacts::default() });
        };
        claims.extend(record.taken_unique_ids(session, submission).await?);
        let mut links = Vec::new();
        for (index, association) in submission.associations.iter().enumerate() {
            let of_the_set = association.target == ObjectRef::Uuid(submission.set.entry_uuid);
            if of_the_set || inside(submission, &association.target).is_some() {
                continue;
            }
            links.push(self.linked(session, &record, index, &association.target).await?);
        }
        let mut members = Vec::new();
        for (index, membership) in submission.memberships.iter().enumerate() {
            members.extend(self.linked_member(session, &record, submission, index, &membership.link).await?);
        }
        let previous = record.receipt_of(session, set_unique_id).await?;
        Ok(LinkFacts { previous, claims, links, members })
    }

    /// What stands at the other end of a link: in this record, else perhaps in another.
    async fn linked(
        &self,
        session: &mut Session<'_>,
        record: &OpenRecord,
        association: usize,
        object: &ObjectRef,
    ) -> Result<Linked, Failure> {
        let (stored, elsewhere) = match object {
            ObjectRef::Uuid(id) => {
                (record.by_uuid(session, id).await?, uuid_is_taken(&self.keys, session, id).await?)
            }
            ObjectRef::Unique(id) => (record.by_unique_id(session, id).await?, false),
        };
        let elsewhere = elsewhere && stored.is_none();
        Ok(Linked { association, target: stored.map(|stored| Target { stored }), elsewhere })
    }

    /// The ends of a membership that are not of the submission; `None` where both are.
    async fn linked_member(
        &self,
        session: &mut Session<'_>,
        record: &OpenRecord,
        submission: &Submission,
        membership: usize,
        link: &Member,
    ) -> Result<Option<LinkedMember>, Failure> {
        let (folder, document) = match link {
            Member::Reference(document) => (None, Some(document)),
            Member::InFolder { folder, document } => (Some(folder), Some(document)),
            Member::Original(_) | Member::Folder(_) | Member::OfFolder(_) => (None, None),
        };
        let document = document.filter(|object| inside(submission, object).is_none());
        let own = |id: &EntryUuid| submission.folders.iter().any(|folder| folder.entry_uuid == *id);
        let folder = folder.filter(|id| !own(id));
        if document.is_none() && folder.is_none() {
            return Ok(None);
        }
        let mut linked = LinkedMember { membership, document: None, folder: None, folder_elsewhere: false };
        if let Some(object) = document {
            linked.document = Some(self.linked(session, record, membership, object).await?);
        }
        if let Some(id) = folder {
            let target = match record.folder_by_uuid(session, id).await? {
                Some(stored) => {
                    let documents = record.documents_of_folder(session, &stored.folder.logical_id).await?;
                    Some(TargetFolder { stored, documents })
                }
                None => None,
            };
            linked.folder_elsewhere = target.is_none() && uuid_is_taken(&self.keys, session, id).await?;
            linked.folder = Some(target);
        }
        Ok(Some(linked))
    }

    /// UUIDs of the submission that an object of the registry has.
    async fn taken_uuids(
        &self,
        session: &mut Session<'_>,
        submission: &Submission,
    ) -> Result<Vec<Claim>, Failure> {
        let of_entries = submission.entries.iter().flat_map(|(entry, _)| {
            let logical = (entry.logical_id != entry.entry_uuid).then_some(entry.logical_id);
            std::iter::once(entry.entry_uuid).chain(logical)
        });
        let of_folders = submission.folders.iter().flat_map(|folder| {
            let logical = (folder.logical_id != folder.entry_uuid).then_some(folder.logical_id);
            std::iter::once(folder.entry_uuid).chain(logical)
        });
        let of_links = submission.associations.iter().map(|association| association.entry_uuid);
        let of_links = of_links.chain(submission.memberships.iter().map(|membership| membership.entry_uuid));
        let mut claims = Vec::new();
        for id in
            std::iter::once(submission.set.entry_uuid).chain(of_entries).chain(of_folders).chain(of_links)
        {
            if uuid_is_taken(&self.keys, session, &id).await? {
                claims.push(Claim::EntryUuid { id });
            }
        }
        Ok(claims)
    }
}

impl OpenRecord {
    /// Documents of this record that have a uniqueId of the submission.
    async fn taken_unique_ids(
        &self,
        session: &mut Session<'_>,
        submission: &Submission,
    ) -> Result<Vec<Claim>, Failure> {
        let mut claims = Vec::new();
        for (index, (entry, _)) in submission.entries.iter().enumerate() {
            let select = sqlx::query(include_str!("queries/hashes_of_unique_id.sql"))
                .bind(self.key.as_slice())
                .bind(entry.unique_id.as_str());
            for row in session.all(select).await? {
                let hash: &[u8] = row.try_get("hash")?;
                let hash =
                    <[u8; 20]>::try_from(hash).map_err(|_| Unsound("a SHA-1 that is not of 20 bytes"))?;
                claims.push(Claim::Document { entry: index, hash: Sha1::from_bytes(hash) });
            }
        }
        for (index, folder) in submission.folders.iter().enumerate() {
            let select = sqlx::query(include_str!("queries/holder_of_unique_id.sql"))
                .bind(self.key.as_slice())
                .bind(folder.unique_id.as_str());
            if session.one(select).await?.is_some() {
                claims.push(Claim::Folder { folder: index });
            }
        }
        Ok(claims)
    }

    /// The receipt of the set with this uniqueId, and the digest of what was submitted.
    async fn receipt_of(
        &self,
        session: &mut Session<'_>,
        set_unique_id: &UniqueId,
    ) -> Result<Option<(Receipt, [u8; 32])>, Failure> {
        let select = sqlx::query(include_str!("queries/set_by_unique_id.sql"))
            .bind(self.key.as_slice())
            .bind(set_unique_id.as_str());
        let Some(row) = session.one(select).await? else { return Ok(None) };
        let set = uuid_of(row.try_get("set_uuid")?)?;
        let opened = self.secret.open(&receipt_place(&self.key, &set), row.try_get("receipt")?)?;
        let digest: &[u8] = row.try_get("digest")?;
        let digest = <[u8; 32]>::try_from(digest).map_err(|_| Unsound("a digest that is not of 32 bytes"))?;
        Ok(Some((decode::<ReceiptRow>(&opened)?.into_receipt_again()?, digest)))
    }
}
