//! One record: found by the blind index of its matricule, opened with its own secret.

use model::{Identity, Ins};
use policy::{FactsVersion, RecordState};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::cipher::{Place, SecretKey, Unsound};
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::row::{IdentityRow, Stored, decode, encode};
use crate::session::Session;

/// The state of a record, finer than what anybody but the holder may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Fed, not opened.
    Notified,
    Open,
    Closed,
    Opposed,
    Erased,
}

impl State {
    const ALL: [State; 5] = [State::Notified, State::Open, State::Closed, State::Opposed, State::Erased];

    /// As written in the column.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            State::Notified => "notified",
            State::Open => "open",
            State::Closed => "closed",
            State::Opposed => "opposed",
            State::Erased => "erased",
        }
    }

    fn of(name: &str) -> Result<Self, Unsound> {
        State::ALL.into_iter().find(|state| state.name() == name).ok_or(Unsound("an unknown record state"))
    }

    /// What everybody may know (decision-order §0.2: four states are one).
    pub(crate) const fn told(self) -> RecordState {
        match self {
            State::Open => RecordState::Open,
            State::Closed => RecordState::Closed,
            State::Notified | State::Opposed | State::Erased => RecordState::Absent,
        }
    }
}

/// A record's row.
pub(crate) struct Record {
    pub(crate) key: PatientKey,
    pub(crate) state: State,
    /// Position of the newest entry.
    pub(crate) last_sequence: i64,
    version: i64,
    wrapped_key: Option<Vec<u8>>,
    identity: Vec<u8>,
}

impl Record {
    /// The record of a matricule.
    pub(crate) async fn of(
        session: &mut Session<'_>,
        keys: &Keys,
        ins: &Ins,
    ) -> Result<Option<Self>, Failure> {
        let select = sqlx::query(include_str!("queries/record_of_ins.sql")).bind(keys.ins_index(ins));
        session.one(select).await?.as_ref().map(Record::read).transpose()
    }

    /// The record of an internal key.
    pub(crate) async fn by_key(session: &mut Session<'_>, key: &PatientKey) -> Result<Option<Self>, Failure> {
        let select = sqlx::query(include_str!("queries/record_of_key.sql")).bind(key.as_slice());
        session.one(select).await?.as_ref().map(Record::read).transpose()
    }

    /// From the columns of the two queries.
    pub(crate) fn read(row: &SqliteRow) -> Result<Self, Failure> {
        Ok(Record {
            key: PatientKey::of(row.try_get("patient_key")?)?,
            state: State::of(row.try_get("state")?)?,
            last_sequence: row.try_get("last_sequence")?,
            version: row.try_get("facts_version")?,
            wrapped_key: row.try_get("wrapped_key")?,
            identity: row.try_get("identity")?,
        })
    }

    /// The version of the facts as told: a record that is absent for everybody has the one of no record.
    pub(crate) fn told_version(&self) -> FactsVersion {
        match self.state.told() {
            RecordState::Absent => policy::Facts::absent().version,
            RecordState::Open | RecordState::Closed => FactsVersion(self.version),
        }
    }

    /// The patient's secret; `None` once erased.
    pub(crate) fn secret(&self, keys: &Keys) -> Result<Option<SecretKey>, Unsound> {
        self.wrapped_key.as_deref().map(|wrapped| keys.unwrap_patient(&self.key, wrapped)).transpose()
    }

    /// The identity.
    pub(crate) fn identity(&self, secret: &SecretKey) -> Result<Identity, Unsound> {
        let opened = zeroize::Zeroizing::new(secret.open(&identity_place(&self.key), &self.identity)?);
        Identity::from_row(decode::<IdentityRow>(&opened)?)
    }
}

/// The version of the facts told now for a matricule, known or not.
pub(crate) async fn told_version(
    session: &mut Session<'_>,
    keys: &Keys,
    ins: &Ins,
) -> Result<FactsVersion, Failure> {
    let record = Record::of(session, keys, ins).await?;
    Ok(record.map_or(policy::Facts::absent().version, |record| record.told_version()))
}

/// Seals an identity for the record's row.
pub(crate) fn seal_identity(
    secret: &SecretKey,
    key: &PatientKey,
    identity: &Identity,
) -> Result<Vec<u8>, Unsound> {
    let plaintext = zeroize::Zeroizing::new(encode(&identity.to_row())?);
    secret.seal(&identity_place(key), &plaintext)
}

fn identity_place(key: &PatientKey) -> Place {
    Place::new("record.identity", &[key.as_slice()])
}
