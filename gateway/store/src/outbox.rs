//! What the relay has to send after a deposit: a notification per document, an audit record for the event.

use journey::Event;
use serde::Serialize;

use crate::cipher::{Place, SecretKey, Unsound};
use crate::failure::Failure;
use crate::keys::PatientKey;
use crate::row::encode;
use crate::session::Session;

/// One row of the outbox. Its id is the one of what it tells about: sending it twice is harmless.
pub(crate) struct Waiting {
    id: [u8; 16],
    kind: &'static str,
    payload: Vec<u8>,
    created_at: i64,
}

/// What the relay reads to make the message: the rest stands in the record.
#[derive(Serialize)]
struct WaitingRow<'a> {
    event: &'a str,
    transaction: &'a str,
    document: Option<&'a str>,
}

impl Waiting {
    /// The rows of a deposit whose event names its documents.
    pub(crate) fn of_deposit(
        secret: &SecretKey,
        patient: &PatientKey,
        event: &Event,
    ) -> Result<Vec<Self>, Unsound> {
        let id = event.id.bare();
        let row = |about: [u8; 16], kind, document: Option<&str>| {
            let plaintext = encode(&WaitingRow { event: &id, transaction: event.transaction, document })?;
            let place = Place::new("outbox.payload", &[patient.as_slice(), &about]);
            let payload = secret.seal(&place, &plaintext)?;
            Ok(Waiting { id: about, kind, payload, created_at: event.at.0 })
        };
        let notifications = event
            .documents
            .iter()
            .map(|document| row(*document.as_bytes(), "notification", Some(&document.bare())));
        notifications.chain([row(*event.id.as_bytes(), "audit", None)]).collect()
    }

    /// Writes the row.
    pub(crate) async fn write(&self, session: &mut Session<'_>, patient: &PatientKey) -> Result<(), Failure> {
        let insert = sqlx::query(include_str!("queries/insert_outbox.sql"))
            .bind(patient.as_slice())
            .bind(self.id.as_slice())
            .bind(self.kind)
            .bind(self.payload.as_slice())
            .bind(self.created_at);
        session.run(insert).await?;
        Ok(())
    }
}
