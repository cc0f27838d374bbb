//! Acts on a record as a whole, with their event: feeding an identity, opening, closing, erasing, links, codes and
//! the holder's choices. The policy has decided; the lock only makes sure that it decided on these facts.

use journey::{Event, MOST_TRIES};
use model::{Identity, Moment, Rule};
use policy::{AccessNotice, Choice, Operation, Permitted, ProvisionalCode};

use crate::calendar::Calendar;
use crate::choose::Choosing;
use crate::cipher::SecretKey;
use crate::erase::erase;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey, Space};
use crate::locator::{Object, take_uuid};
use crate::merge::Merging;
use crate::outbox::Post;
use crate::people::index_person;
use crate::record::{Record, Written, seal_identity};
use crate::representatives::Linking;
use crate::session::Session;
use crate::traces::Traces;

/// An operation to write.
pub(crate) struct Operated {
    pub(crate) operation: Permitted<Operation>,
    pub(crate) event: Event,
}

impl Operated {
    /// Changes the facts, moves their version and writes the event. True if keys were destroyed.
    pub(crate) async fn write(
        self,
        keys: &Keys,
        calendar: &Calendar,
        session: &mut Session<'_>,
    ) -> Result<bool, Failure> {
        let (operation, event) = (self.operation.get(), &self.event);
        let record = Record::of(session, keys, operation.patient()).await?;
        let gone = record.as_ref().is_none_or(|record| record.state(calendar, event.at).is_gone());
        let Some(record) = record.filter(|_| !gone) else {
            return match operation {
                Operation::Import(identity) => feed(keys, calendar, session, identity, event).await,
                Operation::Open(_)
                | Operation::Close(_)
                | Operation::Erase(_)
                | Operation::Represent(..)
                | Operation::Unrepresent(..)
                | Operation::IssueCode(..)
                | Operation::Merge(_)
                | Operation::Choose(..) => Err(UNKNOWN),
            };
        };
        if record.version() != self.operation.facts_version() {
            return Err(Failure::Moved);
        }
        if matches!(operation, Operation::Erase(_) | Operation::Choose(_, Choice::EraseRecord)) {
            erase(keys, session, &record.key, event).await?;
            return Ok(true);
        }
        let secret = record.secret(keys)?.ok_or(UNKNOWN)?;
        if let Operation::Merge(merge) = operation {
            return Merging::of(keys, calendar, session, &record, &secret, merge, event)
                .await?
                .write(session)
                .await;
        }
        let changing = Changing { keys, record: &record, secret: &secret, event };
        changing.write(session, operation).await?;
        let (patient, preference) = (&record.key, record.notice);
        Traces { keys, patient, secret: &secret, preference }.leave(session, event).await?;
        Ok(false)
    }
}

/// A record that is absent for everybody.
pub(crate) const UNKNOWN: Failure = Failure::Conflict(Rule::RecordExists);

/// Feeds an identity that is known no more, or never was: what is left of an earlier record is erased first.
async fn feed(
    keys: &Keys,
    calendar: &Calendar,
    session: &mut Session<'_>,
    identity: &Identity,
    event: &Event,
) -> Result<bool, Failure> {
    let before = Record::of(session, keys, &identity.ins).await?;
    if before.as_ref().is_some_and(|record| record.merged_into.is_some()) {
        return Err(UNKNOWN);
    }
    let due = before.filter(|record| record.state(calendar, event.at).is_gone());
    if let Some(record) = &due {
        let proof = keys.uuid("end of retention", &[record.key.as_slice()])?;
        erase(keys, session, &record.key, &crate::purge::end_of_retention(proof, event.at)).await?;
    }
    let (key, secret) = (PatientKey::random()?, SecretKey::random()?);
    let insert = sqlx::query(include_str!("queries/insert_record.sql"))
        .bind(key.as_slice())
        .bind(keys.ins_index(&identity.ins))
        .bind(keys.wrap_patient(&key, &secret)?)
        .bind(seal_identity(&secret, &key, identity)?)
        .bind(Written::Notified.name())
        .bind(event.at.0)
        .bind(card_index(keys, &key, identity));
    session.run(insert).await?;
    take_uuid(keys, session, &key, &keys.patient_id(&key)?, Object::Patient).await?;
    index_person(keys, session, &key, identity).await?;
    let traces = Traces { keys, patient: &key, secret: &secret, preference: AccessNotice::First };
    traces.leave(session, event).await?;
    Ok(due.is_some())
}

/// The blind index of the card fed with an identity.
fn card_index(keys: &Keys, patient: &PatientKey, identity: &Identity) -> Option<Vec<u8>> {
    let serial = identity.card_serial.as_deref().map(str::trim).filter(|serial| !serial.is_empty());
    serial.map(|serial| keys.index_in(Space::Card, patient, serial.as_bytes()))
}

/// A change of a record that exists.
struct Changing<'a> {
    keys: &'a Keys,
    record: &'a Record,
    secret: &'a SecretKey,
    event: &'a Event,
}

impl Changing<'_> {
    async fn write(&self, session: &mut Session<'_>, operation: &Operation) -> Result<(), Failure> {
        let (key, at) = (&self.record.key, self.event.at);
        match operation {
            Operation::Import(identity) => self.correct(session, identity).await?,
            Operation::Open(_) => enter(session, self.record, Written::Open, at).await?,
            Operation::Close(_) => enter(session, self.record, Written::Closed, at).await?,
            Operation::Represent(_, representation) => {
                self.linking().link(session, representation).await?;
            }
            Operation::Unrepresent(_, by) => self.linking().end(session, by).await?,
            Operation::IssueCode(_, code) => return self.issue(session, code).await,
            Operation::Choose(_, choice) => {
                Choosing { record: self.record, event: self.event }.write(session, choice).await?;
            }
            Operation::Erase(_) | Operation::Merge(_) => return Err(UNKNOWN),
        }
        move_facts(session, key).await
    }

    async fn correct(&self, session: &mut Session<'_>, identity: &Identity) -> Result<(), Failure> {
        let key = &self.record.key;
        let update = sqlx::query("UPDATE record SET identity = $2, card_index = $3 WHERE patient_key = $1")
            .bind(key.as_slice())
            .bind(seal_identity(self.secret, key, identity)?)
            .bind(card_index(self.keys, key, identity));
        session.run(update).await?;
        index_person(self.keys, session, key, identity).await
    }

    fn linking(&self) -> Linking<'_> {
        Linking {
            keys: self.keys,
            patient: &self.record.key,
            secret: self.secret,
            at: self.event.at,
            event: self.event.id,
        }
    }

    /// Makes a code the current one; the former is void, and its message is not sent any more.
    async fn issue(&self, session: &mut Session<'_>, code: &ProvisionalCode) -> Result<(), Failure> {
        let patient = &self.record.key;
        forget_codes(session, patient).await?;
        let insert = sqlx::query(include_str!("queries/issue_code.sql"))
            .bind(patient.as_slice())
            .bind(self.keys.index_in(Space::Code, patient, code.code.as_bytes()))
            .bind(code.until.0)
            .bind(MOST_TRIES);
        session.run(insert).await?;
        let post = Post { keys: self.keys, patient, secret: self.secret, event: self.event };
        post.code(code)?.write(session, patient).await
    }
}

/// Removes the messages that carry provisional codes, sent or not.
pub(crate) async fn forget_codes(session: &mut Session<'_>, patient: &PatientKey) -> Result<(), Failure> {
    let forget = sqlx::query("DELETE FROM outbox WHERE patient_key = $1 AND kind = 'activation-code'");
    session.run(forget.bind(patient.as_slice())).await?;
    Ok(())
}

/// Moves the version of a record's facts.
pub(crate) async fn move_facts(session: &mut Session<'_>, patient: &PatientKey) -> Result<(), Failure> {
    let moved = sqlx::query("UPDATE record SET facts_version = facts_version + 1 WHERE patient_key = $1");
    session.run(moved.bind(patient.as_slice())).await?;
    Ok(())
}

/// Enters a state; entering the one that it is in keeps the instant of the first time.
pub(crate) async fn enter(
    session: &mut Session<'_>,
    record: &Record,
    state: Written,
    at: Moment,
) -> Result<(), Failure> {
    let entered = |wanted| (state == wanted && record.written != wanted).then_some(at.0);
    let update = sqlx::query(include_str!("queries/set_state.sql"))
        .bind(record.key.as_slice())
        .bind(state.name())
        .bind(entered(Written::Open))
        .bind(entered(Written::Closed))
        .bind(entered(Written::Opposed));
    session.run(update).await?;
    Ok(())
}
