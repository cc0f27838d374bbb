//! The activation of an account: matricule, card and provisional code, all three or nothing. The same work is done
//! for a record that is not there.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use journey::{ActivationProof, Event, outcome_of_try};
use model::{Ins, Moment};
use policy::Standing;
use sqlx::Row;

use crate::calendar::Calendar;
use crate::failure::Failure;
use crate::journal::SealedEvent;
use crate::keys::{Keys, PatientKey, Space};
use crate::operate::{forget_codes, move_facts};
use crate::record::Record;
use crate::session::Session;
use crate::traces::Traces;

/// A try to write down.
pub(crate) struct Tried {
    pub(crate) patient: Ins,
    pub(crate) proof: ActivationProof,
    pub(crate) event: Event,
}

/// Stands for the key of a record that is not there.
const NOBODY: PatientKey = PatientKey([0; 16]);

impl Tried {
    /// True if everything was right: the account is activated and the record open. A wrong try is counted.
    pub(crate) async fn write(
        self,
        keys: &Keys,
        calendar: &Calendar,
        session: &mut Session<'_>,
    ) -> Result<bool, Failure> {
        let at = self.event.at;
        let record = Record::of(session, keys, &self.patient).await?;
        let record = record.filter(|record| !record.state(calendar, at).is_gone());
        let patient = record.as_ref().map_or(NOBODY, |record| record.key);
        let card = keys.index_in(Space::Card, &patient, self.proof.card.trim().as_bytes());
        let digest = keys.index_in(Space::Code, &patient, self.proof.code.as_bytes());
        let code = Code::of(session, &patient).await?;
        let fits = record.as_ref().is_some_and(|record| {
            matches!(record.standing(calendar, at), Standing::Notified | Standing::Open)
        });
        let same_card = is_same(record.as_ref().and_then(|record| record.card_index.as_deref()), &card);
        let same_code = is_same(code.as_ref().map(|code| code.digest.as_slice()), &digest);
        let live = code.as_ref().is_some_and(|code| code.is_live(at));
        let right = fits & same_card & same_code & live;
        if right {
            self.succeed(session, &patient).await?;
        } else {
            let count = sqlx::query(include_str!("queries/count_wrong_try.sql"));
            session.run(count.bind(patient.as_slice())).await?;
        }
        let event = self.event.ended(outcome_of_try(right));
        match record {
            Some(record) => {
                let secret = record.secret(keys)?.ok_or(Failure::Moved)?;
                let (patient, preference) = (&record.key, record.notice);
                Traces { keys, patient, secret: &secret, preference }.leave(session, &event).await?;
            }
            None => SealedEvent::of_system(keys, &event)?.write(session).await?,
        }
        Ok(right)
    }

    async fn succeed(&self, session: &mut Session<'_>, patient: &PatientKey) -> Result<(), Failure> {
        for statement in [include_str!("queries/activate.sql"), include_str!("queries/use_code.sql")] {
            session.run(sqlx::query(statement).bind(patient.as_slice()).bind(self.event.at.0)).await?;
        }
        forget_codes(session, patient).await?;
        move_facts(session, patient).await
    }
}

/// The current code of a record.
struct Code {
    digest: Vec<u8>,
    until: Moment,
    tries_left: i64,
    used: bool,
}

impl Code {
    async fn of(session: &mut Session<'_>, patient: &PatientKey) -> Result<Option<Self>, Failure> {
        let select = sqlx::query(include_str!("queries/activation_code.sql")).bind(patient.as_slice());
        let Some(row) = session.one(select).await? else { return Ok(None) };
        Ok(Some(Code {
            digest: row.try_get("digest")?,
            until: Moment(row.try_get("until")?),
            tries_left: row.try_get("tries_left")?,
            used: row.try_get::<Option<i64>, _>("used_at")?.is_some(),
        }))
    }

    fn is_live(&self, at: Moment) -> bool {
        at < self.until && self.tries_left > 0 && !self.used
    }
}

/// Compares in the same time whether there is something to compare with or not.
fn is_same(stored: Option<&[u8]>, shown: &[u8]) -> bool {
    let nothing = [0; 32];
    let same = verify_slices_are_equal(stored.unwrap_or(&nothing), shown).is_ok();
    same & stored.is_some()
}
