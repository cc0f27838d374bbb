//! The facts of a record for one caller at one instant, read on one snapshot.

use model::{Actor, Caller, Ins, Moment};
use policy::{Authorisation, Facts, RecordState, Relation, Standing};
use sqlx::Row;

use crate::Inner;
use crate::failure::Failure;
use crate::keys::PatientKey;
use crate::record::Record;
use crate::representatives::live_link;
use crate::session::Session;

impl Inner {
    /// [`journey::Store::facts`].
    pub(crate) async fn facts(&self, patient: &Ins, caller: &Caller, at: Moment) -> Result<Facts, Failure> {
        let mut snapshot = self.readers.begin().await?;
        self.facts_in(&mut Session::new(&mut snapshot), patient, caller, at).await
    }

    async fn facts_in(
        &self,
        session: &mut Session<'_>,
        patient: &Ins,
        caller: &Caller,
        at: Moment,
    ) -> Result<Facts, Failure> {
        let select = sqlx::query(include_str!("queries/facts.sql"))
            .bind(self.keys.ins_index(patient))
            .bind(caller.person().map(|person| person.0.clone()))
            .bind(caller.structure.as_ref().map(|structure| structure.0.clone()));
        let Some(row) = session.one(select).await? else { return Ok(Facts::absent()) };
        let record = Record::read(&row)?;
        let state = record.state(&self.calendar, at);
        let (Some(secret), false) = (record.secret(&self.keys)?, state.is_gone()) else {
            return Ok(Facts::absent());
        };
        let minor = self.calendar.is_minor(&record.identity(&secret)?.birth_date, at);
        let relation = self.relation(session, &record.key, patient, caller, minor).await?;
        // The holder's side and an operator know more than the others, to whom four states are one.
        let inside = relation != Relation::Stranger || matches!(caller.actor, Actor::Operator { .. });
        let told = state.told();
        if told == RecordState::Absent && !inside {
            return Ok(Facts::absent());
        }
        Ok(Facts {
            version: record.version(),
            record: told,
            standing: match record.standing(&self.calendar, at) {
                // Whether the account is activated is the holder's business.
                Standing::Activated if !inside => Standing::Open,
                standing => standing,
            },
            treating_physician: row.try_get("treating_physician")?,
            blocked: row.try_get("is_blocked")?,
            authorisation: authorisation(row.try_get("authorised_until")?, at),
            granted: authorisation(row.try_get("granted_until")?, at),
            feeding_refused: row.try_get("feeding_refused")?,
            break_glass_opposed: row.try_get("break_glass_opposed")?,
            centre_15_opposed: row.try_get("centre_15_opposed")?,
            masked_in_break_glass: row.try_get("masked_in_break_glass")?,
            masked_in_centre_15: row.try_get("masked_in_centre_15")?,
            relation,
            holder_is_minor: minor,
        })
    }

    /// What the caller is to the holder.
    async fn relation(
        &self,
        session: &mut Session<'_>,
        key: &PatientKey,
        patient: &Ins,
        caller: &Caller,
        minor: bool,
    ) -> Result<Relation, Failure> {
        let by = match &caller.actor {
            Actor::Holder { ins } if ins == patient => return Ok(Relation::Holder),
            Actor::Holder { ins } | Actor::Representative { ins } => ins,
            Actor::Professional { .. } | Actor::OfStructure { .. } | Actor::Operator { .. } => {
                return Ok(Relation::Stranger);
            }
        };
        let link = live_link(session, &self.keys, key, by).await?;
        Ok(link.map_or(Relation::Stranger, |live| live.kind.relation(minor)))
    }
}

fn authorisation(until: Option<i64>, at: Moment) -> Authorisation {
    match until {
        None => Authorisation::Missing,
        Some(until) if until > at.0 => Authorisation::Valid,
        Some(_) => Authorisation::Expired,
    }
}
