//! Acts on one document: a new version of its metadata, masks by name, or its end, with the event.

use journey::Event;
use model::{Availability, Code, DocumentEntry, Rule, VisibilityFlag, system};
use policy::{Amendment, DocumentAct, Permitted};
use sqlx::Row;

use crate::cipher::{SecretKey, Unsound};
use crate::columns::{Columns, status_name, status_of};
use crate::destroy::destroy;
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
        let amendment = self.amendment.get();
        let open = OpenRecord {
            key: record.key,
            secret: SecretKey::of(secret.bytes())?,
            ins: self.amendment.patient().clone(),
            last_sequence: record.last_sequence,
        };
        let stored = open.by_uuid(session, &amendment.document).await?;
        // It was there when it was judged.
        let before = stored.ok_or(Failure::Conflict(Rule::VersionIsCurrent))?.entry;
        if before.version != amendment.version {
            return Err(Failure::Conflict(Rule::VersionIsCurrent));
        }
        let amending = Amending { keys, record: &open, event: &self.event };
        let destroyed = amendment.acts.contains(&DocumentAct::Destroy);
        let changed = if destroyed {
            destroy(keys, session, &open, &before).await?;
            true
        } else {
            let masked = amending.mask(session, &amendment.acts, &before).await?;
            amending.rewrite(session, &amendment.acts, before).await? | masked
        };
        let traces = Traces { keys, patient: &record.key, secret: &secret, preference: record.notice };
        if changed {
            move_facts(session, &record.key).await?;
            traces.leave(session, &self.event).await?;
        } else {
            traces.leave_event(session, &self.event).await?;
        }
        Ok(destroyed)
    }
}

struct Amending<'a> {
    keys: &'a Keys,
    record: &'a OpenRecord,
    event: &'a Event,
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
                | DocumentAct::Destroy => false,
            };
        }
        Ok(changed)
    }

    /// The metadata after the acts: one new version, the earlier one kept. A change of flags takes a new entryUUID
    /// as a new version does; a change of status alone leaves it, as it does in XDS.
    async fn rewrite(
        &self,
        session: &mut Session<'_>,
        acts: &[DocumentAct],
        before: DocumentEntry,
    ) -> Result<bool, Failure> {
        let mut status = Status::of(session, &self.record.key, &before).await?;
        let mut entry = before.clone();
        for act in acts {
            apply(act, &mut entry, &mut status);
        }
        entry.availability = status.now;
        let flags = entry.confidentiality != before.confidentiality;
        if !flags && status.now == before.availability {
            return Ok(false);
        }
        entry.version = entry.version.checked_add(1).ok_or(Unsound("too many versions of an entry"))?;
        if flags {
            let parts: [&[u8]; 2] = [self.event.id.as_bytes(), entry.logical_id.as_bytes()];
            entry.entry_uuid = self.keys.uuid("entry version", &parts)?;
            take_uuid(self.keys, session, &self.record.key, &entry.entry_uuid, Object::Document).await?;
        }
        self.keep(session, &before).await?;
        self.write(session, &entry, status.before).await?;
        Ok(true)
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
        DocumentAct::Delete => *status = Status { now: Availability::Deleted, before: None },
        // Not metadata: see `Amending::mask` and `destroy`.
        DocumentAct::MaskTo(_) | DocumentAct::UnmaskTo(_) | DocumentAct::Destroy => {}
    }
}

fn remove(entry: &mut DocumentEntry, flag: VisibilityFlag) {
    entry.confidentiality.retain(|code| code.system != system::VISIBILITY || code.value != flag.code());
}

/// The display text of MASQUE_PS in TRE_A07.
const MASKED: &str = "Masqué aux professionnels de santé";
