//! The search: criteria and visibility in one statement, so that totals and pages are those of the caller
//! and what is hidden never leaves the database.

use journey::{MOST_ON_A_PAGE, StoredEntry, is_sealed, like_author, like_reference, sealed_terms_hold};
use model::{DocumentQuery, InstantField, Page};
use policy::Visibility;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::Inner;
use crate::entries::OpenRecord;
use crate::failure::Failure;
use crate::query_sql::push_criteria;
use crate::session::Session;
use crate::terms_sql::{Terms, order_of};
use crate::visibility_sql::push_visibility;

/// Entries opened at a time while author patterns are matched.
const STEP: u32 = 500;

impl Inner {
    /// [`journey::Store::search`].
    pub(crate) async fn search(
        &self,
        query: &DocumentQuery,
        visibility: &Visibility,
    ) -> Result<Page<StoredEntry>, Failure> {
        let mut snapshot = self.readers.begin().await?;
        self.search_in(&mut Session::new(&mut snapshot), query, visibility).await
    }

    async fn search_in(
        &self,
        session: &mut Session<'_>,
        query: &DocumentQuery,
        visibility: &Visibility,
    ) -> Result<Page<StoredEntry>, Failure> {
        let other = query.patient.as_ref().is_some_and(|asked| asked != visibility.patient());
        let record = match self.open_record(session, visibility.patient()).await? {
            Some(record) if !other => record,
            Some(_) | None => return Ok(Page { entries: Vec::new(), total: 0, ceiling: 0, next: None }),
        };
        let ceiling = query.paging.ceiling.unwrap_or(record.last_sequence);
        let question = Question { inner: self, record: &record, query, visibility, ceiling };
        let limit = query.paging.count.unwrap_or(MOST_ON_A_PAGE).min(MOST_ON_A_PAGE);
        let sealed = query.terms.iter().flat_map(|term| &term.any).any(is_sealed);
        let (rows, total) = if query.authors.is_empty() && query.references.is_empty() && !sealed {
            (question.rows(session, query.paging.after, limit + 1).await?, question.total(session).await?)
        } else {
            question.rows_like(session, limit + 1).await?
        };
        let more = rows.len() > limit as usize;
        let shown: Vec<SqliteRow> = rows.into_iter().take(limit as usize).collect();
        let next = match shown.last() {
            Some(last) if more => Some(question.position(last)?),
            Some(_) | None => None,
        };
        Ok(Page { entries: record.load(session, &shown).await?, total, ceiling, next })
    }
}

/// One question on one snapshot.
struct Question<'a> {
    inner: &'a Inner,
    record: &'a OpenRecord,
    query: &'a DocumentQuery,
    visibility: &'a Visibility,
    ceiling: i64,
}

impl Question<'_> {
    /// How many entries fit in all.
    async fn total(&self, session: &mut Session<'_>) -> Result<u64, Failure> {
        let mut count = QueryBuilder::new("SELECT count(*) FROM entry AS e WHERE e.patient_key = ");
        count.push_bind(self.record.key.0.to_vec());
        self.push_conditions(&mut count);
        let row = session.one(count.build()).await?;
        let total: i64 = row.map_or(Ok(0), |row| row.try_get(0))?;
        Ok(u64::try_from(total).unwrap_or(0))
    }

    /// The entries after a position, in the order asked for.
    async fn rows(
        &self,
        session: &mut Session<'_>,
        after: Option<(i64, i64)>,
        limit: u32,
    ) -> Result<Vec<SqliteRow>, Failure> {
        let mut select = self.record.select();
        self.push_conditions(&mut select);
        let (by, sort) = (order_of(self.query.sort), self.query.sort);
        let (after_is, direction) = if sort.descending { (" < (", " DESC") } else { (" > (", " ASC") };
        if let Some((instant, sequence)) = after {
            select.push(" AND (").push(by).push(", e.sequence)").push(after_is).push_bind(instant);
            select.push(", ").push_bind(sequence).push(")");
        }
        select.push(" ORDER BY ").push(by).push(direction).push(", e.sequence").push(direction);
        select.push(" LIMIT ").push_bind(limit);
        Ok(session.all(select.build()).await?)
    }

    /// The same when patterns of authors or references are asked: both are sealed, so every entry that fits otherwise
    /// is opened and matched, a few at a time, and counted.
    async fn rows_like(
        &self,
        session: &mut Session<'_>,
        limit: u32,
    ) -> Result<(Vec<SqliteRow>, u64), Failure> {
        let (mut kept, mut total, mut walked) = (Vec::new(), 0, None);
        loop {
            let rows = self.rows(session, walked, STEP).await?;
            let Some(last) = rows.last() else { return Ok((kept, total)) };
            walked = Some(self.position(last)?);
            for row in rows {
                if !self.is_like(&row)? {
                    continue;
                }
                total += 1;
                let at = self.position(&row)?;
                let beyond = |after| if self.query.sort.descending { at < after } else { at > after };
                if kept.len() < limit as usize && self.query.paging.after.is_none_or(beyond) {
                    kept.push(row);
                }
            }
        }
    }

    fn is_like(&self, row: &SqliteRow) -> Result<bool, Failure> {
        let entry = self.record.open_entry(row)?;
        Ok(like_author(self.query, &entry)
            && like_reference(self.query, &entry)
            && sealed_terms_hold(self.query, &entry))
    }

    fn push_conditions(&self, query: &mut QueryBuilder<Sqlite>) {
        query.push(" AND e.sequence <= ").push_bind(self.ceiling);
        push_visibility(query, &self.inner.keys, self.visibility);
        push_criteria(query, self.query);
        let terms = Terms { keys: &self.inner.keys, visibility: self.visibility };
        terms.push(query, &self.query.terms);
    }

    /// Where a row stands: what the answer is ordered by, and its sequence.
    fn position(&self, row: &SqliteRow) -> Result<(i64, i64), Failure> {
        let last = if self.query.sort.descending { -i64::MAX } else { i64::MAX };
        let at: Option<i64> = match self.query.sort.by {
            InstantField::Creation => row.try_get("creation")?,
            InstantField::Changed => row.try_get("changed_at")?,
            InstantField::ServiceStart => row.try_get("service_start")?,
            InstantField::ServiceStop => row.try_get("service_stop")?,
        };
        Ok((at.unwrap_or(last), row.try_get("sequence")?))
    }
}
