//! People: the record that an identifier leads to, and the records that traits lead to. Both by blind index.

use journey::{Candidates, Former, Person};
use model::{Identity, Ins, Moment, Party, PersonQuery, TraitKey};
use policy::{RecordState, TraitScope};
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::Inner;
use crate::calendar::OPPOSITION_SECONDS;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::record::Record;
use crate::session::Session;

/// Records opened at the most to answer one question.
const MOST_OPENED: u32 = 1000;
/// Records indexed between two looks at the database.
const STEP: i64 = 200;

/// Indexes a person anew.
pub(crate) async fn index_person(
    keys: &Keys,
    session: &mut Session<'_>,
    patient: &PatientKey,
    identity: &Identity,
) -> Result<(), Failure> {
    for statement in
        ["DELETE FROM trait_index WHERE patient_key = $1", "DELETE FROM known_as WHERE patient_key = $1"]
    {
        session.run(sqlx::query(statement).bind(patient.as_slice())).await?;
    }
    for key in TraitKey::of(identity) {
        let insert = sqlx::query("INSERT INTO trait_index (patient_key, kind, value) VALUES ($1, $2, $3)");
        session.run(insert.bind(patient.as_slice()).bind(key.kind()).bind(keys.trait_index(&key))).await?;
    }
    for identifier in &identity.further.identifiers {
        let insert = sqlx::query(
            "INSERT INTO known_as (patient_key, identifier) VALUES ($1, $2) ON CONFLICT (patient_key, identifier) DO NOTHING",
        );
        session.run(insert.bind(patient.as_slice()).bind(keys.ins_index(identifier))).await?;
    }
    Ok(())
}

/// Indexes whoever was fed before there was an index; once in the life of a file.
pub(crate) async fn index_everybody(keys: &Keys, connection: &mut SqliteConnection) -> Result<(), Failure> {
    let mut session = Session::new(connection);
    let done = "SELECT 1 FROM meta WHERE name = 'people_are_indexed'";
    if session.one(sqlx::query(done)).await?.is_some() {
        return Ok(());
    }
    let mut after = Vec::new();
    loop {
        let select = sqlx::query(include_str!("queries/known_people_after.sql"));
        let rows = session.all(select.bind(after).bind(STEP)).await?;
        let Some(last) = rows.last() else { break };
        after = last.try_get("patient_key")?;
        for row in &rows {
            let record = Record::read(row)?;
            if let Some(secret) = record.secret(keys)? {
                index_person(keys, &mut session, &record.key, &record.identity(&secret)?).await?;
            }
        }
    }
    session.run(sqlx::query("INSERT INTO meta (name, value) VALUES ('people_are_indexed', x'01')")).await?;
    Ok(())
}

impl Inner {
    /// [`journey::Store::person`].
    pub(crate) async fn person(&self, patient: &Ins, at: Moment) -> Result<Option<Person>, Failure> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let record = Record::of(&mut session, &self.keys, patient).await?;
        let told = |record: &Record| record.state(&self.calendar, at).told() != RecordState::Absent;
        let Some(record) = record.filter(told) else { return Ok(None) };
        let Some(secret) = record.secret(&self.keys)? else { return Ok(None) };
        Ok(Some(Person {
            id: self.keys.patient_id(&record.key)?,
            identity: record.identity(&secret)?,
            closed_at: record.closed_at(),
            former: self.former(&mut session, &record.key).await?,
        }))
    }

    /// The numbers that were merged into a record.
    async fn former(&self, session: &mut Session<'_>, survivor: &PatientKey) -> Result<Vec<Former>, Failure> {
        let select = sqlx::query(include_str!("queries/merged_into.sql")).bind(survivor.as_slice());
        let mut former = Vec::new();
        for row in session.all(select).await? {
            let record = Record::read(&row)?;
            if let Some(secret) = record.secret(&self.keys)? {
                let id = self.keys.patient_id(&record.key)?;
                former.push(Former { id, ins: record.identity(&secret)?.ins });
            }
        }
        Ok(former)
    }

    /// [`journey::Store::leads_to`].
    pub(crate) async fn leads_to(&self, identifier: &Ins) -> Result<Option<Ins>, Failure> {
        let mut snapshot = self.readers.begin().await?;
        let mut session = Session::new(&mut snapshot);
        let select = sqlx::query(include_str!("queries/record_of_identifier.sql"))
            .bind(self.keys.ins_index(identifier));
        let Some(row) = session.one(select).await? else { return Ok(None) };
        let record = Record::read(&row)?;
        match record.secret(&self.keys)? {
            Some(secret) => Ok(Some(record.identity(&secret)?.ins)),
            None => Ok(None),
        }
    }

    /// [`journey::Store::candidates`].
    pub(crate) async fn candidates(
        &self,
        query: &PersonQuery,
        scope: &TraitScope,
        at: Moment,
    ) -> Result<Candidates, Failure> {
        let groups = query.keys();
        if groups.is_empty() {
            return Ok(Candidates::TooMany);
        }
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(include_str!("queries/people.sql"));
        sql.push_bind(at.plus_seconds(-OPPOSITION_SECONDS).0).push(")");
        for party in scope.parties() {
            push_not_blocked(&mut sql, party);
        }
        for group in groups {
            self.push_group(&mut sql, group);
        }
        sql.push(" LIMIT ").push_bind(i64::from(MOST_OPENED) + 1);
        let mut reader = self.readers.acquire().await?;
        let rows = Session::new(&mut reader).all(sql.build()).await?;
        if rows.len() > MOST_OPENED as usize {
            return Ok(Candidates::TooMany);
        }
        let mut people = Vec::new();
        for row in &rows {
            let record = Record::read(row)?;
            if let Some(secret) = record.secret(&self.keys)? {
                people.push(record.identity(&secret)?);
            }
        }
        Ok(Candidates::Some(people))
    }

    fn push_group(&self, sql: &mut QueryBuilder<Sqlite>, group: Vec<TraitKey>) {
        sql.push(" AND r.patient_key IN (SELECT t.patient_key FROM trait_index AS t WHERE (t.kind, t.value) IN (VALUES ");
        let mut values = sql.separated(", ");
        for key in group {
            values.push("(").push_bind_unseparated(key.kind());
            values
                .push_unseparated(", ")
                .push_bind_unseparated(self.keys.trait_index(&key))
                .push_unseparated(")");
        }
        sql.push("))");
    }
}

fn push_not_blocked(sql: &mut QueryBuilder<Sqlite>, party: &Party) {
    sql.push(" AND NOT EXISTS (SELECT 1 FROM blocked AS b WHERE b.patient_key = r.patient_key AND b.kind = ");
    sql.push_bind(party.kind()).push(" AND b.id = ").push_bind(party.id().to_owned()).push(")");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;

    #[test]
    fn a_record_is_looked_up_from_the_instant_on_at_which_it_opens() {
        let notified = Moment(5);
        assert_eq!(Calendar::opens(notified).plus_seconds(-OPPOSITION_SECONDS), notified);
    }
}
