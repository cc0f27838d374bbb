//! Operations on a record, with their event: feeding an identity, opening, closing, and the holder's choices.

use journey::Event;
use model::{Identity, Moment, Rule};
use policy::{Operation, Permitted, RecordState};

use crate::choose::Choosing;
use crate::cipher::SecretKey;
use crate::failure::Failure;
use crate::journal::SealedEvent;
use crate::keys::{Keys, PatientKey};
use crate::locator::{Object, take_uuid};
use crate::record::{Record, State, seal_identity};
use crate::session::Session;

/// An operation to write.
pub(crate) struct Operated {
    pub(crate) operation: Permitted<Operation>,
    pub(crate) event: Event,
}

impl Operated {
    /// Changes the facts, moves their version and writes the event.
    pub(crate) async fn write(self, keys: &Keys, session: &mut Session<'_>) -> Result<(), Failure> {
        let operation = self.operation.get();
        let record = Record::of(session, keys, operation.patient()).await?;
        let (key, secret) = match (record, operation) {
            (None, Operation::Import(identity)) => create(keys, session, identity).await?,
            (None, Operation::Open(_) | Operation::Close(_) | Operation::Choose(..)) => return Err(UNKNOWN),
            (Some(record), operation) => {
                let secret = record.secret(keys)?.ok_or(UNKNOWN)?;
                let at = self.event.at;
                change(keys, session, &record, &secret, operation, at, &self.event).await?;
                (record.key, secret)
            }
        };
        SealedEvent::of_record(&key, &secret, &self.event)?.write(session).await
    }
}

/// A record that is absent for everybody.
const UNKNOWN: Failure = Failure::Conflict(Rule::RecordExists);

/// A new record, notified: absent for everybody until it is opened.
async fn create(
    keys: &Keys,
    session: &mut Session<'_>,
    identity: &Identity,
) -> Result<(PatientKey, SecretKey), Failure> {
    let (key, secret) = (PatientKey::random()?, SecretKey::random()?);
    let insert = sqlx::query(include_str!("queries/insert_record.sql"))
        .bind(key.as_slice())
        .bind(keys.ins_index(&identity.ins))
        .bind(keys.wrap_patient(&key, &secret)?)
        .bind(seal_identity(&secret, &key, identity)?)
        .bind(State::Notified.name());
    session.run(insert).await?;
    take_uuid(keys, session, &key, &keys.patient_id(&key)?, Object::Patient).await?;
    Ok((key, secret))
}

async fn change(
    keys: &Keys,
    session: &mut Session<'_>,
    record: &Record,
    secret: &SecretKey,
    operation: &Operation,
    at: Moment,
    event: &Event,
) -> Result<(), Failure> {
    match operation {
        Operation::Import(identity) => {
            let update = sqlx::query("UPDATE record SET identity = $2 WHERE patient_key = $1")
                .bind(record.key.as_slice())
                .bind(seal_identity(secret, &record.key, identity)?);
            session.run(update).await?;
        }
        Operation::Open(_) => match record.state {
            State::Notified | State::Open | State::Closed => {
                set_state(session, record, State::Open, at).await?;
            }
            State::Opposed | State::Erased => return Err(UNKNOWN),
        },
        Operation::Close(_) => match record.state {
            State::Open | State::Closed => set_state(session, record, State::Closed, at).await?,
            State::Notified | State::Opposed | State::Erased => return Err(UNKNOWN),
        },
        Operation::Choose(_, choice) => {
            Choosing { keys, record, secret, at, event }.write(session, choice).await?;
        }
    }
    let moved = sqlx::query("UPDATE record SET facts_version = facts_version + 1 WHERE patient_key = $1");
    session.run(moved.bind(record.key.as_slice())).await?;
    Ok(())
}

/// Enters a state; the instants of the first opening and of the latest closing are kept.
pub(crate) async fn set_state(
    session: &mut Session<'_>,
    record: &Record,
    state: State,
    at: Moment,
) -> Result<(), Failure> {
    let told = state.told();
    let update = sqlx::query(include_str!("queries/set_state.sql"))
        .bind(record.key.as_slice())
        .bind(state.name())
        .bind((told == RecordState::Open).then_some(at.0))
        .bind((told == RecordState::Closed && record.state != State::Closed).then_some(at.0));
    session.run(update).await?;
    Ok(())
}
