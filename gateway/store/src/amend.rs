//! Acts on one document: a new version of its metadata, masks by name, or its end, with the event.

use journey::Event;
use model::{Availability, Code, DocumentEntry, EntryUuid, Rule, VisibilityFlag, system};
use policy::{Amendment, DocumentAct, Permitted};
use sqlx::Row;

use crate::cipher::{SecretKey, Unsound};
use crate::columns::{Columns, status_name, status_of};
use crate::destroy::{destroy, destroy_content};
use crate::entries::{OpenRecord, seal_entry};
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::locator::{Object, take_uuid};
use crate::masks::{mask_to, unmask_to};
use crate::operate::move_facts;
use crate::record::Record;
use crate::session::Session;
use crate::traces::Traces;

/// An amendment to write.
pub(crate) struct Amended {
    pub(crate) amendment: Permitted<Amendment>,
    pub(crate) event: Event,
}

impl Amended {
    /// Does every act, or none. True if a key was destroyed. An act that finds things as it wants them changes
    /// nothing; when none changes anything, the event stays and nobody is told.
    pub(crate) async fn write(self, keys: &Keys, session: &mut Session<'_>) -> Result<bool, Failure> {
        let record = Record::of(session, keys, self.amendment.patient()).await?.ok_or(Failure::Moved)?;
        if record.version() != self.amendment.facts_version() {
            return Err(Failure::Moved);
        }
        let secret = record.secret(keys)?.ok_or(Failure::Moved)?;
        let open = OpenRecord {
            key: record.key,
            secret: SecretKey::of(secret.bytes())?,
            ins: self.amendment.patient().clone(),
            last_sequence: record.last_sequence,
        };
        let done = amend_document(keys, session, &open, &self.event, self.amendment.get()).await?;
        let traces = Traces { keys, patient: &record.key, secret: &secret, preference: record.notice };
        if done.changed {
            move_facts(session, &record.key).await?;
            traces.leave(session, &self.event).await?;
        } else {
            traces.leave_event(session, &self.event).await?;
        }
        Ok(done.destroyed)
    }
}

/// What became of one document.
pub(crate) struct Done {
    pub(crate) changed: bool,
    /// A key was destroyed.
    pub(crate) destroyed: bool,
    /// The version of its metadata now.
    pub(crate) version: u32,
}

/// Does the acts on one document under the lock; the facts were read again by the caller.
pub(crate) async fn amend_document(
    keys: &Keys,
    session: &mut Session<'_>,
    record: &OpenRecord,
    event: &Event,
    amendment: &Amendment,
) -> Result<Done, Failure> {
    let stored = record.by_uuid(session, &amendment.document).await?;
    // It was there when it was judged.
    let before = stored.ok_or(Failure::Conflict(Rule::VersionIsCurrent))?.entry;
    if before.version != amendment.version {
        return Err(Failure::Conflict(Rule::VersionIsCurrent));
    }
    let version = before.version;
    if amendment.acts.contains(&DocumentAct::Destroy) {
        destroy(keys, session, record, &before).await?;
        return Ok(Done { changed: true, destroyed: true, version });
    }
    let amending = Amending { keys, record, event, entry_uuid: amendment.entry_uuid };
    let emptied = amendment.acts.contains(&DocumentAct::DestroyContent)
        && destroy_content(session, record, &before).await?;
    let masked = amending.mask(session, &amendment.acts, &before).await?;
    let rewritten = amending.rewrite(session, &amendment.acts, before).await?;
    let changed = emptied | masked | rewritten.is_some();
    Ok(Done { changed, destroyed: emptied, version: rewritten.unwrap_or(version) })
}

struct Amending<'a> {
    keys: &'a Keys,
    record: &'a OpenRecord,
    event: &'a Event,
    /// The entryUUID of a new version, where the caller gave one.
    entry_uuid: Option<EntryUuid>,
}

impl Amending<'_> {
    /// The masks by name: nothing that others see of the document moves.
    async fn mask(
        &self,
        session: &mut Session<'_>,
        acts: &[DocumentAct],
        entry: &DocumentEntry,
    ) -> Result<bool, Failure> {
        let (key, document, mut changed) = (&self.record.key, &entry.logical_id, false);
        for act in acts {
            changed |= match act {
                DocumentAct::MaskTo(party) => mask_to(session, key, document, party, self.event.at).await?,
                DocumentAct::UnmaskTo(party) => unmask_to(session, key, document, party).await?,
                DocumentAct::Mask
                | DocumentAct::Unmask
                | DocumentAct::Announce
                | DocumentAct::ShowToRepresentatives
                | DocumentAct::Archive
                | DocumentAct::Restore
                | DocumentAct::Delete
                | DocumentAct::Destroy
                | DocumentAct::DestroyContent
                | DocumentAct::Correct { .. }
                | DocumentAct::Deprecate
                | DocumentAct::Reinstate => false,
            };
        }
        Ok(changed)
    }

    /// The metadata after the acts: one new version, the earlier one kept; its number, if there is one. A change of
    /// flags or of anything else takes a new entryUUID; a change of status alone leaves it, as it does in XDS.
    async fn rewrite(
        &self,
        session: &mut Session<'_>,
        acts: &[DocumentAct],
        before: DocumentEntry,
    ) -> Result<Option<u32>, Failure> {
        let mut status = Status::of(session, &self.record.key, &before).await?;
        let mut entry = before.clone();
        for act in acts {
            apply(act, &mut entry, &mut status);
        }
        entry.availability = status.now;
        let corrected = acts.iter().find_map(|act| match act {
            DocumentAct::Correct { propagate, .. } => Some(*propagate),
            _ => None,
        });
        let flags = entry.confidentiality != before.confidentiality;
        if !flags && status.now == before.availability && corrected.is_none() {
            return Ok(None);
        }
        entry.version = before.version.checked_add(1).ok_or(Unsound("too many versions of an entry"))?;
        (entry.entry_uuid, entry.logical_id) = (before.entry_uuid, before.logical_id);
        if flags || corrected.is_some() {
            let parts: [&[u8]; 2] = [self.event.id.as_bytes(), entry.logical_id.as_bytes()];
            let derived = self.keys.uuid("entry version", &parts)?;
            entry.entry_uuid = self.entry_uuid.unwrap_or(derived);
            take_uuid(self.keys, session, &self.record.key, &entry.entry_uuid, Object::Document).await?;
        }
        self.keep(session, &before).await?;
        match corrected {
            Some(propagate) => self.correct(session, &entry, propagate).await?,
            None => self.write(session, &entry, status.before).await?,
        }
        Ok(Some(entry.version))
    }

    /// Every column anew, and the associations left with what was replaced where they do not follow.
    async fn correct(
        &self,
        session: &mut Session<'_>,
        entry: &DocumentEntry,
        propagate: bool,
    ) -> Result<(), Failure> {
        let columns = Columns::of(self.keys, entry);
        let key = &self.record.key;
        let update = sqlx::query(include_str!("queries/correct_entry.sql"))
            .bind(key.as_slice())
            .bind(entry.logical_id.as_bytes().as_slice())
            .bind(entry.entry_uuid.as_bytes().as_slice())
            .bind(entry.version)
            .bind(seal_entry(&self.record.secret, key, entry)?);
        session.run(columns.bind(update)).await?;
        columns.rewrite_children(session, key).await?;
        if !propagate {
            detach(session, key, &entry.logical_id).await?;
        }
        Ok(())
    }

    async fn keep(&self, session: &mut Session<'_>, entry: &DocumentEntry) -> Result<(), Failure> {
        let keep = sqlx::query(include_str!("queries/keep_version.sql"))
            .bind(self.record.key.as_slice())
            .bind(entry.logical_id.as_bytes().as_slice())
            .bind(self.event.at.0);
        session.run(keep).await?;
        Ok(())
    }

    async fn write(
        &self,
        session: &mut Session<'_>,
        entry: &DocumentEntry,
        before: Option<Availability>,
    ) -> Result<(), Failure> {
        let columns = Columns::of(self.keys, entry);
        let key = &self.record.key;
        let update = sqlx::query(include_str!("queries/new_version.sql"))
            .bind(key.as_slice())
            .bind(entry.logical_id.as_bytes().as_slice())
            .bind(entry.entry_uuid.as_bytes().as_slice())
            .bind(entry.version)
            .bind(seal_entry(&self.record.secret, key, entry)?)
            .bind(columns.status)
            .bind(before.map(status_name));
        session.run(columns.bind_flags(update)).await?;
        columns.rewrite_confidentiality(session, key).await
    }
}

/// The associations of a document or folder stay with what was replaced: Deprecated, but for those of its sets.
pub(crate) async fn detach(
    session: &mut Session<'_>,
    patient: &PatientKey,
    object: &EntryUuid,
) -> Result<(), Failure> {
    let update = sqlx::query(include_str!("queries/detach.sql"))
        .bind(patient.as_slice())
        .bind(object.as_bytes().as_slice());
    session.run(update).await?;
    Ok(())
}

/// The status, and the one that an archived document takes again.
struct Status {
    now: Availability,
    before: Option<Availability>,
}

impl Status {
    async fn of(
        session: &mut Session<'_>,
        patient: &PatientKey,
        entry: &DocumentEntry,
    ) -> Result<Self, Failure> {
        let select = sqlx::query("SELECT status_before FROM entry WHERE patient_key = $1 AND document = $2")
            .bind(patient.as_slice())
            .bind(entry.logical_id.as_bytes().as_slice());
        let row = session.one(select).await?.ok_or(Failure::Conflict(Rule::VersionIsCurrent))?;
        let before: Option<String> = row.try_get("status_before")?;
        Ok(Status { now: entry.availability, before: before.as_deref().map(status_of).transpose()? })
    }
}

/// One act on the metadata. What was deleted stays deleted.
fn apply(act: &DocumentAct, entry: &mut DocumentEntry, status: &mut Status) {
    match act {
        DocumentAct::Mask if entry.has_flag(VisibilityFlag::MasquePs) => {}
        DocumentAct::Mask => {
            let flag = VisibilityFlag::MasquePs.code();
            entry.confidentiality.push(Code::labelled(flag, system::VISIBILITY, MASKED));
        }
        DocumentAct::Unmask => remove(entry, VisibilityFlag::MasquePs),
        DocumentAct::Announce => remove(entry, VisibilityFlag::InvisiblePatient),
        DocumentAct::ShowToRepresentatives => remove(entry, VisibilityFlag::InvisibleRepresentantsLegaux),
        DocumentAct::Archive => {
            if matches!(status.now, Availability::Approved | Availability::Deprecated) {
                *status = Status { now: Availability::Archived, before: Some(status.now) };
            }
        }
        DocumentAct::Restore => {
            if status.now == Availability::Archived {
                *status = Status { now: status.before.unwrap_or(Availability::Approved), before: None };
            }
        }
        DocumentAct::Correct { entry: corrected, .. } => *entry = (**corrected).clone(),
        DocumentAct::Deprecate => *status = Status { now: Availability::Deprecated, before: None },
        DocumentAct::Reinstate => *status = Status { now: Availability::Approved, before: None },
        DocumentAct::Delete => *status = Status { now: Availability::Deleted, before: None },
        // Not metadata: see `Amending::mask` and `destroy`.
        DocumentAct::MaskTo(_)
        | DocumentAct::UnmaskTo(_)
        | DocumentAct::Destroy
        | DocumentAct::DestroyContent => {}
    }
}

fn remove(entry: &mut DocumentEntry, flag: VisibilityFlag) {
    entry.confidentiality.retain(|code| code.system != system::VISIBILITY || code.value != flag.code());
}

/// The display text of MASQUE_PS in TRE_A07.
const MASKED: &str = "Masqué aux professionnels de santé";
