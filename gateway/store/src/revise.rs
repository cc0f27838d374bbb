//! A revision of a registry: the set that it came in, acts on documents, changes of folders and associations, in one
//! transaction with the event.

use journey::Event;
use model::{Availability, EntryUuid, Folder, HAS_MEMBER, Ins, Receipt, Rule, UniqueId};
use policy::{NewLink, Permitted, RegistryChange, RevisedObject, RevisingSet, Revision};
use sqlx::Row;

use crate::Inner;
use crate::amend::{amend_document, detach};
use crate::associations::seal_details;
use crate::cipher::{SecretKey, Unsound};
use crate::columns::status_name;
use crate::entries::OpenRecord;
use crate::failure::Failure;
use crate::folders::seal_folder;
use crate::keys::Keys;
use crate::locator::{Object, note_unique_id, take_uuid};
use crate::operate::move_facts;
use crate::prepare::{receipt_place, set_place};
use crate::record::Record;
use crate::removal::remove;
use crate::row::{ReceiptRow, SetRow, encode};
use crate::session::Session;
use crate::traces::Traces;

/// A revision to write.
pub(crate) struct Revised {
    pub(crate) revision: Permitted<Revision>,
    pub(crate) event: Event,
}

impl Revised {
    /// Does everything, or nothing. True if a key was destroyed.
    pub(crate) async fn write(self, keys: &Keys, session: &mut Session<'_>) -> Result<bool, Failure> {
        let record = Record::of(session, keys, self.revision.patient()).await?.ok_or(Failure::Moved)?;
        if record.version() != self.revision.facts_version() {
            return Err(Failure::Moved);
        }
        let secret = record.secret(keys)?.ok_or(Failure::Moved)?;
        let open = OpenRecord {
            key: record.key,
            secret: SecretKey::of(secret.bytes())?,
            ins: self.revision.patient().clone(),
            last_sequence: record.last_sequence,
        };
        let revising = Revising { keys, record: &open, event: &self.event };
        let revision = self.revision.get();
        if let Some(set) = &revision.set {
            revising.write_set(session, set).await?;
        }
        let (mut destroyed, mut versions) = (false, Vec::new());
        // Associations go before the documents that they name, and sets after the documents that came with them.
        for change in &revision.changes {
            revising.change(session, change, revision.set.as_ref(), &mut versions).await?;
        }
        for amendment in &revision.amendments {
            let done = amend_document(keys, session, &open, &self.event, amendment).await?;
            destroyed |= done.destroyed;
            versions.push((RevisedObject::Document(amendment.document), done.version));
        }
        for change in &revision.changes {
            if let RegistryChange::Remove { sets, .. } = change {
                remove(keys, session, &open, sets, &[], &[]).await?;
            }
        }
        if let Some(set) = &revision.set {
            revising.write_members(session, set, &versions).await?;
        }
        move_facts(session, &record.key).await?;
        let traces = Traces { keys, patient: &record.key, secret: &secret, preference: record.notice };
        traces.leave(session, &self.event).await?;
        Ok(destroyed)
    }
}

struct Revising<'a> {
    keys: &'a Keys,
    record: &'a OpenRecord,
    event: &'a Event,
}

impl Revising<'_> {
    async fn write_set(&self, session: &mut Session<'_>, revising: &RevisingSet) -> Result<(), Failure> {
        let (key, secret, set) = (&self.record.key, &self.record.secret, &revising.set);
        let unique_id = set.unique_id.clone().ok_or(Unsound("an update without a uniqueId"))?;
        let receipt = Receipt {
            set: set.entry_uuid,
            set_unique_id: unique_id.clone(),
            documents: Vec::new(),
            folders: Vec::new(),
            superseded: Vec::new(),
            at: self.event.at,
            again: false,
        };
        let metadata = encode(&SetRow::of(set, &unique_id))?;
        let insert = sqlx::query(include_str!("queries/insert_set.sql"))
            .bind(key.as_slice())
            .bind(set.entry_uuid.as_bytes().as_slice())
            .bind(unique_id.as_str())
            .bind(revising.digest.as_slice())
            .bind(secret.seal(&set_place(key, &set.entry_uuid), &metadata)?)
            .bind(secret.seal(&receipt_place(key, &set.entry_uuid), &encode(&ReceiptRow::of(&receipt))?)?)
            .bind(self.event.at.0);
        session.run(insert).await?;
        take_uuid(self.keys, session, key, &set.entry_uuid, Object::Set).await?;
        note_unique_id(self.keys, session, key, &unique_id, Object::Set).await
    }

    /// The set holds each version that it brought.
    async fn write_members(
        &self,
        session: &mut Session<'_>,
        set: &RevisingSet,
        versions: &[(RevisedObject, u32)],
    ) -> Result<(), Failure> {
        for (membership, object) in &set.members {
            let version = versions.iter().find(|(revised, _)| revised == object).map(|(_, version)| *version);
            let (target, kind, status) = match object {
                RevisedObject::Document(id) => (id, "document", Some("original")),
                RevisedObject::Folder(id) => (id, "folder", None),
            };
            let source = (&set.set.entry_uuid, "set");
            self.insert(session, membership, HAS_MEMBER, source, (target, kind), status, version, None)
                .await?;
        }
        Ok(())
    }

    async fn change(
        &self,
        session: &mut Session<'_>,
        change: &RegistryChange,
        set: Option<&RevisingSet>,
        versions: &mut Vec<(RevisedObject, u32)>,
    ) -> Result<(), Failure> {
        match change {
            RegistryChange::Folder { folder, propagate } => {
                self.folder(session, folder, *propagate).await?;
                versions.push((RevisedObject::Folder(folder.logical_id), folder.version));
                Ok(())
            }
            RegistryChange::FolderStatus { folder, status } => {
                self.status(
                    session,
                    "UPDATE folder SET status = $3 WHERE patient_key = $1 AND folder = $2",
                    folder,
                    *status,
                )
                .await
            }
            RegistryChange::LinkStatus { link, status } => {
                let update = "UPDATE association SET status = $3 WHERE patient_key = $1 AND association = $2";
                self.status(session, update, link, *status).await
            }
            RegistryChange::Link { entry_uuid, link, documentation } => {
                let details = documentation.as_ref();
                let details =
                    details.map(|code| seal_details(&self.record.secret, &self.record.key, entry_uuid, code));
                self.link(session, entry_uuid, link, set, details.transpose()?).await
            }
            RegistryChange::Remove { sets: _, folders, links } => {
                remove(self.keys, session, self.record, &[], folders, links).await
            }
        }
    }

    async fn folder(
        &self,
        session: &mut Session<'_>,
        folder: &Folder,
        propagate: bool,
    ) -> Result<(), Failure> {
        let (key, id) = (self.record.key.as_slice(), folder.logical_id.as_bytes().as_slice());
        let keep = sqlx::query(include_str!("queries/keep_folder.sql"));
        if session.run(keep.bind(key).bind(id).bind(folder.version.saturating_sub(1))).await? != 1 {
            return Err(Failure::Conflict(Rule::UpdateFitsObject));
        }
        let update = sqlx::query(include_str!("queries/new_folder_version.sql"))
            .bind(key)
            .bind(id)
            .bind(folder.entry_uuid.as_bytes().as_slice())
            .bind(folder.version)
            .bind(self.event.at.0)
            .bind(seal_folder(&self.record.secret, &self.record.key, folder)?);
        session.run(update).await?;
        take_uuid(self.keys, session, &self.record.key, &folder.entry_uuid, Object::Folder).await?;
        if !propagate {
            detach(session, &self.record.key, &folder.logical_id).await?;
        }
        Ok(())
    }

    async fn status(
        &self,
        session: &mut Session<'_>,
        update: &'static str,
        object: &EntryUuid,
        status: Availability,
    ) -> Result<(), Failure> {
        let update = sqlx::query(update)
            .bind(self.record.key.as_slice())
            .bind(object.as_bytes().as_slice())
            .bind(status_name(status));
        match session.run(update).await? {
            1 => Ok(()),
            _ => Err(Failure::Conflict(Rule::UpdateFitsObject)),
        }
    }

    async fn link(
        &self,
        session: &mut Session<'_>,
        entry_uuid: &EntryUuid,
        link: &NewLink,
        set: Option<&RevisingSet>,
        details: Option<Vec<u8>>,
    ) -> Result<(), Failure> {
        match link {
            NewLink::Relationship { kind, source, target } => {
                let (source, target) = ((source, "document"), (target, "document"));
                self.insert(session, entry_uuid, kind.urn(), source, target, None, None, details).await
            }
            NewLink::InFolder { folder, document, held_by } => {
                let set = set.ok_or(Unsound("a filing without a set"))?;
                let (from, to) = ((folder, "folder"), (document, "document"));
                self.insert(session, entry_uuid, HAS_MEMBER, from, to, None, None, None).await?;
                let (from, to) = ((&set.set.entry_uuid, "set"), (entry_uuid, "association"));
                self.insert(session, held_by, HAS_MEMBER, from, to, None, None, None).await?;
                let touch =
                    sqlx::query("UPDATE folder SET last_update = $3 WHERE patient_key = $1 AND folder = $2")
                        .bind(self.record.key.as_slice())
                        .bind(folder.as_bytes().as_slice())
                        .bind(self.event.at.0);
                session.run(touch).await?;
                Ok(())
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    async fn insert(
        &self,
        session: &mut Session<'_>,
        association: &EntryUuid,
        kind: &'static str,
        (source, from): (&EntryUuid, &'static str),
        (target, to): (&EntryUuid, &'static str),
        set_status: Option<&'static str>,
        version: Option<u32>,
        details: Option<Vec<u8>>,
    ) -> Result<(), Failure> {
        let insert = sqlx::query(include_str!("queries/insert_association.sql"))
            .bind(self.record.key.as_slice())
            .bind(association.as_bytes().as_slice())
            .bind(kind)
            .bind(source.as_bytes().as_slice())
            .bind(from)
            .bind(target.as_bytes().as_slice())
            .bind(to)
            .bind(set_status)
            .bind(version)
            .bind(details);
        session.run(insert).await?;
        take_uuid(self.keys, session, &self.record.key, association, Object::Association).await
    }
}

impl Inner {
    /// [`journey::Store::digest_of_set`].
    pub(crate) async fn digest_of_set(
        &self,
        patient: &Ins,
        set: &UniqueId,
    ) -> Result<Option<[u8; 32]>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let Some(record) = self.open_record(&mut session, patient).await? else { return Ok(None) };
        let select = sqlx::query(include_str!("queries/set_by_unique_id.sql"))
            .bind(record.key.as_slice())
            .bind(set.as_str());
        let Some(row) = session.one(select).await? else { return Ok(None) };
        let digest: &[u8] = row.try_get("digest")?;
        let digest = <[u8; 32]>::try_from(digest).map_err(|_| Unsound("a digest that is not of 32 bytes"))?;
        Ok(Some(digest))
    }
}
