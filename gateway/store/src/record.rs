//! One record: found by the blind index of its matricule, opened with its own secret.

use model::{Identity, Ins, Moment};
use policy::{AccessNotice, FactsVersion, RecordState, Standing};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::calendar::Calendar;
use crate::cipher::{Place, SecretKey, Unsound};
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::row::{IdentityRow, Stored, decode, encode};
use crate::session::Session;
use crate::status::RecordStatus;

/// The state of a record at an instant, finer than what anybody but the holder may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Fed: six weeks to oppose are running.
    Notified,
    Open,
    Closed,
    Opposed,
    /// The retention is over: to be purged, and absent for everybody until then.
    Due,
    Erased,
    /// Its documents and rights went to another record: nobody's any more, under this number.
    Merged,
}

impl State {
    /// What everybody may know (decision-order §0.2: four states are one).
    pub(crate) const fn told(self) -> RecordState {
        match self {
            State::Open => RecordState::Open,
            State::Closed => RecordState::Closed,
            State::Notified | State::Opposed | State::Due | State::Erased | State::Merged => {
                RecordState::Absent
            }
        }
    }

    /// True where nobody, the holder included, has a record any more.
    pub(crate) const fn is_gone(self) -> bool {
        match self {
            State::Due | State::Erased | State::Merged => true,
            State::Notified | State::Open | State::Closed | State::Opposed => false,
        }
    }
}

/// The state as written in the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Notified,
    Open,
    Closed,
    Opposed,
    Erased,
}

impl Written {
    const ALL: [Written; 5] =
        [Written::Notified, Written::Open, Written::Closed, Written::Opposed, Written::Erased];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Written::Notified => "notified",
            Written::Open => "open",
            Written::Closed => "closed",
            Written::Opposed => "opposed",
            Written::Erased => "erased",
        }
    }

    fn of(name: &str) -> Result<Self, Unsound> {
        Written::ALL.into_iter().find(|state| state.name() == name).ok_or(Unsound("an unknown record state"))
    }
}

/// A record's row.
pub(crate) struct Record {
    pub(crate) key: PatientKey,
    /// Position of the newest entry.
    pub(crate) last_sequence: i64,
    /// Which accesses the holder is told of.
    pub(crate) notice: AccessNotice,
    pub(crate) card_index: Option<Vec<u8>>,
    pub(crate) written: Written,
    notified_at: Option<Moment>,
    activated_at: Option<Moment>,
    closed_at: Option<Moment>,
    opposed_at: Option<Moment>,
    /// The record that this one was merged into.
    pub(crate) merged_into: Option<PatientKey>,
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

    /// From the columns of the queries.
    pub(crate) fn read(row: &SqliteRow) -> Result<Self, Failure> {
        let moment = |column: &str| row.try_get::<Option<i64>, _>(column).map(|at| at.map(Moment));
        Ok(Record {
            key: PatientKey::of(row.try_get("patient_key")?)?,
            last_sequence: row.try_get("last_sequence")?,
            notice: notice_of(row.try_get("notice")?)?,
            card_index: row.try_get("card_index")?,
            written: Written::of(row.try_get("state")?)?,
            notified_at: moment("notified_at")?,
            activated_at: moment("activated_at")?,
            closed_at: moment("closed_at")?,
            opposed_at: moment("opposed_at")?,
            merged_into: match row.try_get::<Option<Vec<u8>>, _>("merged_into")? {
                Some(key) => Some(PatientKey::of(&key)?),
                None => None,
            },
            version: row.try_get("facts_version")?,
            wrapped_key: row.try_get("wrapped_key")?,
            identity: row.try_get("identity")?,
        })
    }

    /// The state at an instant: six weeks and ten years pass without anything being written.
    pub(crate) fn state(&self, calendar: &Calendar, at: Moment) -> State {
        if self.merged_into.is_some() {
            return State::Merged;
        }
        let kept = |since: Option<Moment>, state| match since {
            Some(since) if calendar.retention_ends(since) <= at => State::Due,
            Some(_) | None => state,
        };
        match self.written {
            Written::Notified => match self.notified_at {
                Some(notified_at) if Calendar::opens(notified_at) <= at => State::Open,
                Some(_) | None => State::Notified,
            },
            Written::Open => State::Open,
            Written::Closed => kept(self.closed_at, State::Closed),
            Written::Opposed => kept(self.opposed_at, State::Opposed),
            Written::Erased => State::Erased,
        }
    }

    /// The state as the holder's side and an operator may know it: a record that is gone is as never fed.
    pub(crate) fn standing(&self, calendar: &Calendar, at: Moment) -> Standing {
        match self.state(calendar, at) {
            State::Notified => Standing::Notified,
            State::Open if self.activated_at.is_some() => Standing::Activated,
            State::Open => Standing::Open,
            State::Closed => Standing::Closed,
            State::Opposed => Standing::Opposed,
            State::Due | State::Erased | State::Merged => Standing::Unknown,
        }
    }

    /// The standing with its instants.
    pub(crate) fn status(
        &self,
        calendar: &Calendar,
        at: Moment,
        counts: Vec<(&'static str, u64)>,
    ) -> RecordStatus {
        let when = |written: Written, instant: Option<Moment>| instant.filter(|_| self.written == written);
        let closed_at = when(Written::Closed, self.closed_at);
        let opposed_at = when(Written::Opposed, self.opposed_at);
        let waits = self.state(calendar, at) == State::Notified;
        RecordStatus {
            standing: self.standing(calendar, at),
            notified_at: self.notified_at,
            opens_at: self.notified_at.filter(|_| waits).map(Calendar::opens),
            activated_at: self.activated_at,
            closed_at,
            opposed_at,
            kept_until: closed_at.or(opposed_at).map(|ended| calendar.retention_ends(ended)),
            counts,
        }
    }

    /// When it was closed, if it is.
    pub(crate) fn closed_at(&self) -> Option<Moment> {
        self.closed_at.filter(|_| self.written == Written::Closed)
    }

    /// The version of the facts, whoever asks.
    pub(crate) fn version(&self) -> FactsVersion {
        FactsVersion(self.version)
    }

    /// True if facts of this version hold at the instant: those of no record hold while there is none to be told.
    pub(crate) fn holds(&self, version: FactsVersion, calendar: &Calendar, at: Moment) -> bool {
        let absent = version == policy::Facts::absent().version
            && self.state(calendar, at).told() == RecordState::Absent;
        version == self.version() || absent
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

/// A preference as written in the column.
pub(crate) const fn notice_name(notice: AccessNotice) -> &'static str {
    match notice {
        AccessNotice::First => "first",
        AccessNotice::Each => "each",
    }
}

fn notice_of(name: &str) -> Result<AccessNotice, Unsound> {
    [AccessNotice::First, AccessNotice::Each]
        .into_iter()
        .find(|notice| notice_name(*notice) == name)
        .ok_or(Unsound("an unknown preference for notices"))
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
