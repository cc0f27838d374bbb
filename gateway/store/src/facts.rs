//! The facts of a record for one caller at one instant, read in one statement.

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use model::{Actor, Caller, Hl7Time, Ins, Moment};
use policy::{Authorisation, Facts, RecordState, Relation};
use sqlx::Row;

use crate::Inner;
use crate::failure::Failure;
use crate::record::Record;
use crate::session::Session;

impl Inner {
    /// [`journey::Store::facts`].
    pub(crate) async fn facts(&self, patient: &Ins, caller: &Caller, at: Moment) -> Result<Facts, Failure> {
        let select = sqlx::query(include_str!("queries/facts.sql"))
            .bind(self.keys.ins_index(patient))
            .bind(caller.person().map(|person| person.0.clone()))
            .bind(caller.structure.as_ref().map(|structure| structure.0.clone()));
        let mut reader = self.readers.acquire().await?;
        let Some(row) = Session::new(&mut reader).one(select).await? else { return Ok(Facts::absent()) };
        let record = Record::read(&row)?;
        let told = record.state.told();
        let (Some(secret), false) = (record.secret(&self.keys)?, told == RecordState::Absent) else {
            return Ok(Facts::absent());
        };
        let identity = record.identity(&secret)?;
        let until: Option<i64> = row.try_get("authorised_until")?;
        Ok(Facts {
            version: record.told_version(),
            record: told,
            treating_physician: row.try_get("treating_physician")?,
            blocked: row.try_get("is_blocked")?,
            authorisation: match until {
                None => Authorisation::Missing,
                Some(until) if until > at.0 => Authorisation::Valid,
                Some(_) => Authorisation::Expired,
            },
            feeding_refused: row.try_get("feeding_refused")?,
            break_glass_opposed: row.try_get("break_glass_opposed")?,
            centre_15_opposed: row.try_get("centre_15_opposed")?,
            masked_in_break_glass: row.try_get("masked_in_break_glass")?,
            masked_in_centre_15: row.try_get("masked_in_centre_15")?,
            relation: relation(caller, patient),
            holder_is_minor: is_minor(&identity.birth_date, self.age_of_majority, at),
        })
    }
}

/// No representative is linked yet: a representative is a stranger to every record.
fn relation(caller: &Caller, patient: &Ins) -> Relation {
    match &caller.actor {
        Actor::Holder { ins } if ins == patient => Relation::Holder,
        Actor::Holder { .. }
        | Actor::Representative { .. }
        | Actor::Professional { .. }
        | Actor::OfStructure { .. }
        | Actor::Operator { .. } => Relation::Stranger,
    }
}

/// True until the day of the majority, in UTC. A partial date of birth counts as its last day, so that a
/// minor's protection never ends too early; a date that cannot be reckoned with protects as well.
fn is_minor(birth: &Hl7Time, age_of_majority: u8, at: Moment) -> bool {
    let last_day_of_birth = day_of(Moment(birth.end().0.saturating_sub(1)));
    let majority =
        last_day_of_birth.and_then(|day| day.checked_add(Span::new().years(i64::from(age_of_majority))).ok());
    match (majority, day_of(at)) {
        (Some(majority), Some(today)) => today < majority,
        (None, _) | (_, None) => true,
    }
}

fn day_of(at: Moment) -> Option<Date> {
    Timestamp::from_microsecond(at.0).ok().map(|timestamp| timestamp.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(birth: &str, at: &str) -> bool {
        is_minor(&Hl7Time::parse(birth).unwrap(), 18, Hl7Time::parse(at).unwrap().start())
    }

    #[test]
    fn minority_ends_on_the_eighteenth_birthday() {
        assert!(minor("20080301", "20260228235959"));
        assert!(!minor("20080301", "20260301"));
        assert!(minor("20080229", "20260227"));
        assert!(!minor("20080229", "20260228"));
    }

    #[test]
    fn a_partial_date_of_birth_counts_as_its_last_day() {
        assert!(minor("2008", "20261230"));
        assert!(!minor("2008", "20261231"));
        assert!(minor("200803", "20260330"));
        assert!(!minor("200803", "20260331"));
    }
}
