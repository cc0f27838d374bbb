//! Merging two records of one person (docs/decisions/0035): what one holds moves to the other, in one transaction. Keys
//! and metadata are sealed anew; the bytes of documents stay as they are. The journal stays where it was written.

mod rights;

use journey::Event;
use model::EntryUuid;
use policy::Merge;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::associations::details_place;
use crate::calendar::Calendar;
use crate::cipher::{Place, SecretKey, Unsound};
use crate::commit::uuid_of;
use crate::entries::entry_place;
use crate::failure::Failure;
use crate::folders::folder_place;
use crate::keys::{Keys, PatientKey, unwrap_document, wrap_document};
use crate::operate::{UNKNOWN, move_facts};
use crate::people::index_person;
use crate::prepare::{receipt_place, set_place};
use crate::record::{Record, seal_identity};
use crate::session::Session;
use crate::traces::Traces;

/// What moves by its key alone.
const MOVED: [&str; 8] = [
    "UPDATE entry_author_person SET patient_key = $2 WHERE patient_key = $1",
    "UPDATE entry_author_structure SET patient_key = $2 WHERE patient_key = $1",
    "UPDATE entry_event_code SET patient_key = $2 WHERE patient_key = $1",
    "UPDATE entry_confidentiality SET patient_key = $2 WHERE patient_key = $1",
    "UPDATE masked_to SET patient_key = $2 WHERE patient_key = $1",
    "UPDATE content_chunk SET patient_key = $2 WHERE patient_key = $1",
    "UPDATE OR IGNORE known_as SET patient_key = $2 WHERE patient_key = $1",
    "UPDATE OR IGNORE locator SET patient_key = $2 WHERE patient_key = $1 AND object <> 'patient'",
];

/// What does not go on.
const ENDED: [&str; 9] = [
    "DELETE FROM locator WHERE patient_key = $1 AND object <> 'patient'",
    "DELETE FROM known_as WHERE patient_key = $1",
    "DELETE FROM trait_index WHERE patient_key = $1",
    "DELETE FROM delivery WHERE patient_key = $1",
    "DELETE FROM subscription WHERE patient_key = $1",
    "DELETE FROM activation_code WHERE patient_key = $1",
    "DELETE FROM outbox WHERE patient_key = $1 AND kind = 'activation-code'",
    "DELETE FROM authorisation WHERE patient_key = $1",
    "UPDATE record SET treating_physician = NULL, treating_since = NULL, card_index = NULL WHERE patient_key = $1",
];

/// One of the two records.
struct Side<'a> {
    record: &'a Record,
    secret: &'a SecretKey,
}

impl Side<'_> {
    fn key(&self) -> &PatientKey {
        &self.record.key
    }
}

/// A merge about to be written.
pub(crate) struct Merging<'a> {
    keys: &'a Keys,
    calendar: &'a Calendar,
    from: Side<'a>,
    into: Record,
    into_secret: SecretKey,
    event: &'a Event,
}

impl<'a> Merging<'a> {
    /// Reads the survivor under the lock: its facts must not have moved either.
    pub(crate) async fn of(
        keys: &'a Keys,
        calendar: &'a Calendar,
        session: &mut Session<'_>,
        record: &'a Record,
        secret: &'a SecretKey,
        merge: &Merge,
        event: &'a Event,
    ) -> Result<Self, Failure> {
        let into = Record::of(session, keys, &merge.survivor).await?;
        let into = into.filter(|into| !into.state(calendar, event.at).is_gone()).ok_or(UNKNOWN)?;
        if into.version() != merge.survivor_version {
            return Err(Failure::Moved);
        }
        let into_secret = into.secret(keys)?.ok_or(UNKNOWN)?;
        Ok(Merging { keys, calendar, from: Side { record, secret }, into, into_secret, event })
    }

    /// Moves everything. Never destroys a key.
    pub(crate) async fn write(&self, session: &mut Session<'_>) -> Result<bool, Failure> {
        self.nothing_is_on_its_way(session).await?;
        // Rows and what they refer to move one after the other; the transaction's end checks them all.
        session.run(sqlx::query("PRAGMA defer_foreign_keys = ON")).await?;
        self.move_sets(session).await?;
        self.move_documents(session).await?;
        self.move_entries(session).await?;
        self.move_folders(session).await?;
        self.move_associations(session).await?;
        for statement in MOVED {
            session
                .run(sqlx::query(statement).bind(self.from.key().as_slice()).bind(self.into.key.as_slice()))
                .await?;
        }
        self.unite_rights(session).await?;
        for statement in ENDED {
            session.run(sqlx::query(statement).bind(self.from.key().as_slice())).await?;
        }
        self.unite_people(session).await?;
        self.close(session).await?;
        self.leave_events(session).await?;
        Ok(false)
    }

    /// A large document that is being received has a row that must not move: its deposit is judged again first.
    async fn nothing_is_on_its_way(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let select = sqlx::query("SELECT 1 FROM document WHERE patient_key = $1 AND staged = 1 LIMIT 1");
        match session.one(select.bind(self.from.key().as_slice())).await? {
            Some(_) => Err(Failure::Busy),
            None => Ok(()),
        }
    }

    /// Opens something at its place in one record and seals it at its place in the other.
    fn anew(&self, place: impl Fn(&PatientKey) -> Place, sealed: &[u8]) -> Result<Vec<u8>, Unsound> {
        let opened = zeroize::Zeroizing::new(self.from.secret.open(&place(self.from.key()), sealed)?);
        self.into_secret.seal(&place(&self.into.key), &opened)
    }

    async fn rows(&self, session: &mut Session<'_>, select: &'static str) -> Result<Vec<SqliteRow>, Failure> {
        Ok(session.all(sqlx::query(select).bind(self.from.key().as_slice())).await?)
    }

    async fn move_sets(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let select = "SELECT set_uuid, metadata, receipt FROM submission_set WHERE patient_key = $1";
        for row in self.rows(session, select).await? {
            let set = uuid_of(row.try_get("set_uuid")?)?;
            let update = sqlx::query(
                "UPDATE submission_set SET patient_key = $3, metadata = $4, receipt = $5
                 WHERE patient_key = $1 AND set_uuid = $2",
            );
            let update = update
                .bind(self.from.key().as_slice())
                .bind(set.as_bytes().as_slice())
                .bind(self.into.key.as_slice())
                .bind(self.anew(|patient| set_place(patient, &set), row.try_get("metadata")?)?)
                .bind(self.anew(|patient| receipt_place(patient, &set), row.try_get("receipt")?)?);
            session.run(update).await?;
        }
        Ok(())
    }

    /// The keys of documents are wrapped anew; one that was destroyed has none.
    async fn move_documents(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let select = "SELECT document, wrapped_key FROM document WHERE patient_key = $1";
        for row in self.rows(session, select).await? {
            let document = uuid_of(row.try_get("document")?)?;
            let wrapped: Option<Vec<u8>> = row.try_get("wrapped_key")?;
            let again = match wrapped {
                Some(wrapped) => {
                    let key = unwrap_document(self.from.secret, &document, &wrapped)?;
                    Some(wrap_document(&self.into_secret, &document, &key)?)
                }
                None => None,
            };
            let update = sqlx::query(
                "UPDATE document SET patient_key = $3, wrapped_key = $4 WHERE patient_key = $1 AND document = $2",
            );
            let update = update
                .bind(self.from.key().as_slice())
                .bind(document.as_bytes().as_slice())
                .bind(self.into.key.as_slice())
                .bind(again);
            session.run(update).await?;
        }
        Ok(())
    }

    /// Positions go on after those of the survivor. The same bytes under one uniqueId become a copy; other bytes under
    /// it are a conflict.
    async fn move_entries(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let select = "SELECT document, entry_uuid, version, metadata FROM entry WHERE patient_key = $1";
        for row in self.rows(session, select).await? {
            let document = uuid_of(row.try_get("document")?)?;
            let metadata = self.anew(version_place(&row, &document)?, row.try_get("metadata")?)?;
            let update = sqlx::query(include_str!("queries/move_entry.sql"))
                .bind(self.from.key().as_slice())
                .bind(document.as_bytes().as_slice())
                .bind(self.into.key.as_slice())
                .bind(metadata)
                .bind(self.into.last_sequence);
            session.run(update).await?;
        }
        let select = "SELECT document, entry_uuid, version, metadata FROM past_entry WHERE patient_key = $1";
        for row in self.rows(session, select).await? {
            let document = uuid_of(row.try_get("document")?)?;
            let update = sqlx::query(
                "UPDATE past_entry SET patient_key = $4, metadata = $5
                 WHERE patient_key = $1 AND document = $2 AND version = $3",
            );
            let update = update
                .bind(self.from.key().as_slice())
                .bind(document.as_bytes().as_slice())
                .bind(row.try_get::<i64, _>("version")?)
                .bind(self.into.key.as_slice())
                .bind(self.anew(version_place(&row, &document)?, row.try_get("metadata")?)?);
            session.run(update).await?;
        }
        Ok(())
    }

    async fn move_folders(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        for (select, update) in [
            (
                "SELECT folder, entry_uuid, version, metadata FROM folder WHERE patient_key = $1",
                "UPDATE folder SET patient_key = $4, metadata = $5
                 WHERE patient_key = $1 AND folder = $2 AND version = $3",
            ),
            (
                "SELECT folder, entry_uuid, version, metadata FROM past_folder WHERE patient_key = $1",
                "UPDATE past_folder SET patient_key = $4, metadata = $5
                 WHERE patient_key = $1 AND folder = $2 AND version = $3",
            ),
        ] {
            for row in self.rows(session, select).await? {
                let folder = uuid_of(row.try_get("folder")?)?;
                let entry_uuid = uuid_of(row.try_get("entry_uuid")?)?;
                let version: u32 = row.try_get("version")?;
                let place = |patient: &PatientKey| folder_place(patient, &folder, &entry_uuid, version);
                let update = sqlx::query(update)
                    .bind(self.from.key().as_slice())
                    .bind(folder.as_bytes().as_slice())
                    .bind(version)
                    .bind(self.into.key.as_slice())
                    .bind(self.anew(place, row.try_get("metadata")?)?);
                session.run(update).await?;
            }
        }
        Ok(())
    }

    async fn move_associations(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let select =
            "SELECT association, details FROM association WHERE patient_key = $1 AND details IS NOT NULL";
        for row in self.rows(session, select).await? {
            let association = uuid_of(row.try_get("association")?)?;
            let update = sqlx::query(
                "UPDATE association SET details = $3 WHERE patient_key = $1 AND association = $2",
            );
            let place = |patient: &PatientKey| details_place(patient, &association);
            let update = update
                .bind(self.from.key().as_slice())
                .bind(association.as_bytes().as_slice())
                .bind(self.anew(place, row.try_get("details")?)?);
            session.run(update).await?;
        }
        let update = sqlx::query("UPDATE association SET patient_key = $2 WHERE patient_key = $1");
        session.run(update.bind(self.from.key().as_slice()).bind(self.into.key.as_slice())).await?;
        Ok(())
    }

    /// The survivor's traits, with the identifiers in other domains of both.
    async fn unite_people(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let mut identity = self.into.identity(&self.into_secret)?;
        let other = self.from.record.identity(self.from.secret)?;
        for identifier in other.further.identifiers {
            if !identity.further.identifiers.contains(&identifier) {
                identity.further.identifiers.push(identifier);
            }
        }
        let update = sqlx::query("UPDATE record SET identity = $2 WHERE patient_key = $1")
            .bind(self.into.key.as_slice())
            .bind(seal_identity(&self.into_secret, &self.into.key, &identity)?);
        session.run(update).await?;
        index_person(self.keys, session, &self.into.key, &identity).await
    }

    /// The one is nobody's any more; what was merged into it before goes on with it.
    async fn close(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        for statement in [
            "UPDATE record SET merged_into = $2 WHERE merged_into = $1",
            "UPDATE record SET merged_into = $2, last_sequence = 0 WHERE patient_key = $1",
        ] {
            let update = sqlx::query(statement);
            session.run(update.bind(self.from.key().as_slice()).bind(self.into.key.as_slice())).await?;
        }
        let at = sqlx::query("UPDATE record SET merged_at = $2 WHERE patient_key = $1");
        session.run(at.bind(self.from.key().as_slice()).bind(self.event.at.0)).await?;
        let taken =
            sqlx::query("UPDATE record SET last_sequence = last_sequence + $2 WHERE patient_key = $1");
        session.run(taken.bind(self.into.key.as_slice()).bind(self.from.record.last_sequence)).await?;
        move_facts(session, self.from.key()).await?;
        move_facts(session, &self.into.key).await
    }

    /// One event in each lane.
    async fn leave_events(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let into = Traces {
            keys: self.keys,
            patient: &self.into.key,
            secret: &self.into_secret,
            preference: self.into.notice,
        };
        into.leave(session, self.event).await?;
        let id = self.keys.uuid("merged", &[self.event.id.as_bytes(), self.from.key().as_slice()])?;
        let ins = self.from.record.identity(self.from.secret)?.ins;
        let gone = Event { id, patient: Some(ins), ..self.event.clone() };
        let from = Traces {
            keys: self.keys,
            patient: self.from.key(),
            secret: self.from.secret,
            preference: self.from.record.notice,
        };
        from.leave_event(session, &gone).await
    }
}

/// The place of one version of an entry's metadata, in whichever record.
fn version_place(row: &SqliteRow, document: &EntryUuid) -> Result<impl Fn(&PatientKey) -> Place, Failure> {
    let (document, entry_uuid) = (*document, uuid_of(row.try_get("entry_uuid")?)?);
    let version: u32 = row.try_get("version")?;
    Ok(move |patient: &PatientKey| entry_place(patient, &document, &entry_uuid, version))
}
