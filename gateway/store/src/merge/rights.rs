//! What two records' choices become together: the stricter wins.

use model::{Ins, Moment};
use sqlx::Row;

use super::Merging;
use crate::failure::Failure;
use crate::record::{State, Written};
use crate::representatives::{ins_place, live_link};
use crate::row::{Stored, decode, encode};
use crate::session::Session;

/// Blocks and refusals of feeding of both, each since the first time; whoever accessed either has accessed.
const UNITED: [&str; 6] = [
    "INSERT INTO blocked (patient_key, kind, id, since)
     SELECT $2, kind, id, since FROM blocked WHERE patient_key = $1
     ON CONFLICT (patient_key, kind, id) DO UPDATE SET since = min(since, excluded.since)",
    "DELETE FROM blocked WHERE patient_key = $1 AND $2 IS NOT NULL",
    "INSERT INTO feeding_refusal (patient_key, kind, id, since)
     SELECT $2, kind, id, since FROM feeding_refusal WHERE patient_key = $1
     ON CONFLICT (patient_key, kind, id) DO UPDATE SET since = min(since, excluded.since)",
    "DELETE FROM feeding_refusal WHERE patient_key = $1 AND $2 IS NOT NULL",
    "INSERT INTO first_access (patient_key, kind, id, at)
     SELECT $2, kind, id, at FROM first_access WHERE patient_key = $1
     ON CONFLICT (patient_key, kind, id) DO UPDATE SET at = min(at, excluded.at)",
    "DELETE FROM first_access WHERE patient_key = $1 AND $2 IS NOT NULL",
];

impl Merging<'_> {
    /// Authorisations and the médecin traitant of the one lapse; representatives follow the person.
    pub(super) async fn unite_rights(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let (from, into) = (self.from.key().as_slice(), self.into.key.as_slice());
        for statement in UNITED {
            session.run(sqlx::query(statement).bind(from).bind(into)).await?;
        }
        let flags = sqlx::query(include_str!("../queries/unite_settings.sql")).bind(from).bind(into);
        session.run(flags).await?;
        let state = sqlx::query("UPDATE record SET state = $2 WHERE patient_key = $1");
        session.run(state.bind(into).bind(self.state(self.event.at).name())).await?;
        self.move_representatives(session).await
    }

    /// Opposed if either is, else closed if either is, else open if either is: the six weeks of either number are the
    /// person's.
    fn state(&self, at: Moment) -> Written {
        let states = [self.from.record.state(self.calendar, at), self.into.state(self.calendar, at)];
        let either = |wanted| states.contains(&wanted);
        if either(State::Opposed) {
            Written::Opposed
        } else if either(State::Closed) {
            Written::Closed
        } else if either(State::Open) {
            Written::Open
        } else {
            Written::Notified
        }
    }

    async fn move_representatives(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let select =
            "SELECT link, ins, ended_at FROM representative WHERE patient_key = $1 ORDER BY since, link";
        for row in self.rows(session, select).await? {
            let link = crate::commit::uuid_of(row.try_get("link")?)?;
            let place = ins_place(self.from.key(), &link);
            let opened = zeroize::Zeroizing::new(self.from.secret.open(&place, row.try_get("ins")?)?);
            let by = Ins::from_row(decode(&opened)?)?;
            let ended: Option<i64> = row.try_get("ended_at")?;
            let linked = live_link(session, self.keys, &self.into.key, &by).await?.is_some();
            let sealed = self.into_secret.seal(&ins_place(&self.into.key, &link), &encode(&by.to_row())?)?;
            let update = sqlx::query(include_str!("../queries/move_representative.sql"))
                .bind(self.from.key().as_slice())
                .bind(link.as_bytes().as_slice())
                .bind(self.into.key.as_slice())
                .bind(self.keys.representative_index(&self.into.key, &by))
                .bind(sealed)
                .bind(ended.or(linked.then_some(self.event.at.0)));
            session.run(update).await?;
        }
        Ok(())
    }
}
