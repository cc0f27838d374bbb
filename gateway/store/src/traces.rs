//! What every act leaves on a record, in its own transaction: the event, who accessed first, what somebody must
//! look at, and whom to tell.

use journey::{Event, is_access, is_emergency, notices};
use policy::AccessNotice;

use crate::cipher::SecretKey;
use crate::failure::Failure;
use crate::journal::SealedEvent;
use crate::keys::{Keys, PatientKey};
use crate::outbox::Post;
use crate::session::Session;

/// The record that an event is about.
pub(crate) struct Traces<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) patient: &'a PatientKey,
    pub(crate) secret: &'a SecretKey,
    /// Which accesses the holder is told of.
    pub(crate) preference: AccessNotice,
}

impl Traces<'_> {
    /// Leaves the event with all that follows from it.
    pub(crate) async fn leave(&self, session: &mut Session<'_>, event: &Event) -> Result<(), Failure> {
        self.leave_event(session, event).await?;
        let first = is_access(event) && self.is_first(session, event).await?;
        if is_emergency(event) {
            open_review(session, self.patient, event, "emergency", event.id.as_bytes()).await?;
        }
        let post = Post { keys: self.keys, patient: self.patient, secret: self.secret, event };
        for (kind, recipient) in notices(event, first, self.preference) {
            post.notice(kind, recipient)?.write(session, self.patient).await?;
        }
        Ok(())
    }

    /// Leaves the event alone: it changed nothing.
    pub(crate) async fn leave_event(&self, session: &mut Session<'_>, event: &Event) -> Result<(), Failure> {
        SealedEvent::of_record(self.patient, self.secret, event)?.write(session).await
    }

    /// True if no access by the professional, or by the structure where there is none, stood here before. Who has
    /// no identifier is told of each time.
    async fn is_first(&self, session: &mut Session<'_>, event: &Event) -> Result<bool, Failure> {
        let (kind, id) = match (&event.person, &event.structure) {
            (Some(person), _) => ("person", person),
            (None, Some(structure)) => ("structure", structure),
            (None, None) => return Ok(true),
        };
        let insert = sqlx::query(include_str!("queries/insert_first_access.sql"))
            .bind(self.patient.as_slice())
            .bind(kind)
            .bind(id.as_str())
            .bind(event.at.0);
        Ok(session.run(insert).await? == 1)
    }
}

/// Puts an access into the review queue; once for each reason.
pub(crate) async fn open_review(
    session: &mut Session<'_>,
    patient: &PatientKey,
    event: &Event,
    reason: &'static str,
    access: &[u8; 16],
) -> Result<(), Failure> {
    let insert = sqlx::query(include_str!("queries/insert_review.sql"))
        .bind(patient.as_slice())
        .bind(access.as_slice())
        .bind(reason)
        .bind(event.at.0);
    session.run(insert).await?;
    Ok(())
}
