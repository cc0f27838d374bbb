//! The choices that the law gives to the holder.

use journey::Event;
use model::{Code, EntryUuid, Moment, Rule, VisibilityFlag, system};
use policy::PatientChoice;

use crate::cipher::{SecretKey, Unsound};
use crate::entries::{OpenRecord, seal_entry};
use crate::failure::Failure;
use crate::keys::Keys;
use crate::locator::{Object, take_uuid};
use crate::operate::set_state;
use crate::record::{Record, State};
use crate::row::code_key;
use crate::session::{Session, Statement};

/// A choice about to be written.
pub(crate) struct Choosing<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) record: &'a Record,
    pub(crate) secret: &'a SecretKey,
    pub(crate) at: Moment,
    pub(crate) event: &'a Event,
}

impl Choosing<'_> {
    /// Writes it. A closed record takes no choice; one that is absent for everybody only its opposition.
    pub(crate) async fn write(
        &self,
        session: &mut Session<'_>,
        choice: &PatientChoice,
    ) -> Result<(), Failure> {
        match (self.record.state, choice) {
            (State::Open, _) | (State::Notified, PatientChoice::OpposeRecord) => {}
            (State::Closed, _) => return Err(Failure::Conflict(Rule::RecordIsOpen)),
            (State::Notified | State::Opposed | State::Erased, _) => {
                return Err(Failure::Conflict(Rule::RecordExists));
            }
        }
        let statement = match choice {
            PatientChoice::OpposeRecord => {
                return set_state(session, self.record, State::Opposed, self.at).await;
            }
            PatientChoice::Mask(document) => return self.mask(session, document).await,
            PatientChoice::AuthorisePerson(id, until) => self.authorise("person", &id.0, *until),
            PatientChoice::AuthoriseStructure(id, until) => self.authorise("structure", &id.0, *until),
            PatientChoice::BlockPerson(id) => self.since(include_str!("queries/block.sql"), "person", &id.0),
            PatientChoice::BlockStructure(id) => {
                self.since(include_str!("queries/block.sql"), "structure", &id.0)
            }
            PatientChoice::RefuseFeedingBy(id) => {
                self.since(include_str!("queries/refuse_feeding.sql"), "structure", &id.0)
            }
            PatientChoice::OpposeBreakGlass(opposed) => {
                self.flag("UPDATE record SET break_glass_opposed = $2 WHERE patient_key = $1", *opposed)
            }
            PatientChoice::OpposeCentre15(opposed) => {
                self.flag("UPDATE record SET centre_15_opposed = $2 WHERE patient_key = $1", *opposed)
            }
            PatientChoice::AllowMaskedInBreakGlass(allowed) => {
                self.flag("UPDATE record SET masked_in_break_glass = $2 WHERE patient_key = $1", *allowed)
            }
            PatientChoice::AllowMaskedInCentre15(allowed) => {
                self.flag("UPDATE record SET masked_in_centre_15 = $2 WHERE patient_key = $1", *allowed)
            }
            PatientChoice::DeclareTreatingPhysician(id) => {
                sqlx::query("UPDATE record SET treating_physician = $2 WHERE patient_key = $1")
                    .bind(self.record.key.as_slice())
                    .bind(id.0.clone())
            }
        };
        session.run(statement).await?;
        Ok(())
    }

    fn authorise(&self, kind: &'static str, id: &str, until: Moment) -> Statement<'static> {
        sqlx::query(include_str!("queries/authorise.sql"))
            .bind(self.record.key.as_slice())
            .bind(kind)
            .bind(id.to_owned())
            .bind(until.0)
    }

    fn since(&self, statement: &'static str, kind: &'static str, id: &str) -> Statement<'static> {
        sqlx::query(statement).bind(self.record.key.as_slice()).bind(kind).bind(id.to_owned()).bind(self.at.0)
    }

    fn flag(&self, statement: &'static str, on: bool) -> Statement<'static> {
        sqlx::query(statement).bind(self.record.key.as_slice()).bind(on)
    }

    /// Masks a document to professionals: a new version of its metadata, the earlier one kept.
    async fn mask(&self, session: &mut Session<'_>, document: &EntryUuid) -> Result<(), Failure> {
        let key = self.record.key;
        let record = OpenRecord {
            key,
            secret: SecretKey::of(self.secret.bytes())?,
            ins: self.record.identity(self.secret)?.ins,
            last_sequence: self.record.last_sequence,
        };
        let stored = record.by_uuid(session, document).await?;
        let mut entry = stored.ok_or(Failure::Conflict(Rule::LinkedObjectIsReachable))?.entry;
        if entry.has_flag(VisibilityFlag::MasquePs) {
            return Ok(());
        }
        let keep = sqlx::query(include_str!("queries/keep_version.sql"))
            .bind(key.as_slice())
            .bind(entry.logical_id.as_bytes().as_slice())
            .bind(self.at.0);
        session.run(keep).await?;
        let flag = Code::labelled(VisibilityFlag::MasquePs.code(), system::VISIBILITY, MASKED);
        let child = sqlx::query(include_str!("queries/insert_confidentiality.sql"))
            .bind(key.as_slice())
            .bind(entry.logical_id.as_bytes().as_slice())
            .bind(code_key(&flag));
        session.run(child).await?;
        entry.confidentiality.push(flag);
        entry.version = entry.version.checked_add(1).ok_or(Unsound("too many versions of an entry"))?;
        entry.entry_uuid =
            self.keys.uuid("entry version", &[self.event.id.as_bytes(), entry.logical_id.as_bytes()])?;
        let update = sqlx::query(include_str!("queries/new_version.sql"))
            .bind(key.as_slice())
            .bind(entry.logical_id.as_bytes().as_slice())
            .bind(entry.entry_uuid.as_bytes().as_slice())
            .bind(entry.version)
            .bind(seal_entry(self.secret, &key, &entry)?);
        session.run(update).await?;
        take_uuid(self.keys, session, &key, &entry.entry_uuid, Object::Document).await
    }
}

/// The display text of MASQUE_PS in TRE_A07.
const MASKED: &str = "Masqué aux professionnels de santé";
