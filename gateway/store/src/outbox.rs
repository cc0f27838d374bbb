//! What the relay has to send: one row a message, sealed, without title or content; at least once, idempotent by id.

use journey::{Event, NoticeKind, Recipient};
use model::{EntryUuid, Moment};
use policy::ProvisionalCode;
use serde::Serialize;

use crate::cipher::{Place, SecretKey, Unsound};
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::row::{Stored, encode};
use crate::session::Session;

/// One row of the outbox. Its id follows from what it tells: writing it twice is harmless.
pub(crate) struct Waiting {
    id: EntryUuid,
    kind: &'static str,
    recipient: Option<&'static str>,
    event: EntryUuid,
    secret: bool,
    payload: Vec<u8>,
    at: Moment,
    /// What it is about: withheld while one of them is hidden from who would read it.
    documents: Vec<EntryUuid>,
}

/// What the relay tells of an event.
#[derive(Serialize)]
struct NoticeRow<'a> {
    notice: &'a str,
    recipient: &'a str,
    who: &'a str,
    structure: Option<&'a str>,
    mode: &'a str,
    reason: Option<&'a str>,
    deeds: &'a [String],
    at: i64,
    event: String,
}

#[derive(Serialize)]
struct CodeRow<'a> {
    code: &'a str,
    until: i64,
    at: i64,
}

/// The record whose messages these are.
pub(crate) struct Post<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) patient: &'a PatientKey,
    pub(crate) secret: &'a SecretKey,
    pub(crate) event: &'a Event,
}

impl Post<'_> {
    /// A notice to a person.
    pub(crate) fn notice(&self, kind: NoticeKind, recipient: Recipient) -> Result<Waiting, Unsound> {
        let event = self.event;
        let id = self.keys.uuid("notice", &[event.id.as_bytes(), recipient.name().as_bytes()])?;
        let row = NoticeRow {
            notice: kind.name(),
            recipient: recipient.name(),
            who: &event.display,
            structure: event.structure.as_deref(),
            mode: event.mode,
            reason: event.reason.as_deref(),
            deeds: &event.deeds,
            at: event.at.0,
            event: event.id.to_row(),
        };
        let documents = event.documents.clone();
        self.waiting(id, "notification", Some(recipient), &encode(&row)?, documents)
    }

    /// A provisional code, to its holder.
    pub(crate) fn code(&self, code: &ProvisionalCode) -> Result<Waiting, Unsound> {
        let id = self.keys.uuid("activation code", &[self.event.id.as_bytes()])?;
        let row = CodeRow { code: &code.code, until: code.until.0, at: self.event.at.0 };
        let plaintext = zeroize::Zeroizing::new(encode(&row)?);
        self.waiting(id, "activation-code", Some(Recipient::Holder), &plaintext, Vec::new())
    }

    fn waiting(
        &self,
        id: EntryUuid,
        kind: &'static str,
        recipient: Option<Recipient>,
        plaintext: &[u8],
        documents: Vec<EntryUuid>,
    ) -> Result<Waiting, Unsound> {
        let place = payload_place(self.patient, &id);
        Ok(Waiting {
            id,
            kind,
            recipient: recipient.map(Recipient::name),
            event: self.event.id,
            secret: self.event.secret,
            payload: self.secret.seal(&place, plaintext)?,
            at: self.event.at,
            documents,
        })
    }
}

impl Waiting {
    /// Writes the row.
    pub(crate) async fn write(&self, session: &mut Session<'_>, patient: &PatientKey) -> Result<(), Failure> {
        let insert = sqlx::query(include_str!("queries/insert_outbox.sql"))
            .bind(patient.as_slice())
            .bind(self.id.as_bytes().as_slice())
            .bind(self.kind)
            .bind(self.recipient)
            .bind(self.event.as_bytes().as_slice())
            .bind(self.secret)
            .bind(self.payload.as_slice())
            .bind(self.at.0);
        session.run(insert).await?;
        for document in &self.documents {
            let insert = sqlx::query(include_str!("queries/insert_outbox_document.sql"))
                .bind(patient.as_slice())
                .bind(self.id.as_bytes().as_slice())
                .bind(document.as_bytes().as_slice());
            session.run(insert).await?;
        }
        Ok(())
    }
}

/// Where a payload stands.
pub(crate) fn payload_place(patient: &PatientKey, id: &EntryUuid) -> Place {
    Place::new("outbox.payload", &[patient.as_slice(), id.as_bytes()])
}
