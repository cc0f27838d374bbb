//! What the relay did, kept in one transaction. Reporting twice is harmless.

use journey::{NoticeKey, Report};
use model::{EntryUuid, Moment};

use crate::failure::Failure;
use crate::session::Session;

/// Reports to keep.
pub(crate) struct Reported {
    pub(super) reports: Vec<Report>,
    pub(super) at: Moment,
}

impl Reported {
    pub(super) async fn write(self, session: &mut Session<'_>) -> Result<(), Failure> {
        for report in &self.reports {
            match report {
                Report::Reached(notice, subscription) => self.reached(session, notice, subscription).await?,
                Report::Settled(notice, end) => {
                    let settle = sqlx::query(include_str!("../queries/settle_message.sql"))
                        .bind(notice.record.as_slice())
                        .bind(notice.id.as_bytes().as_slice())
                        .bind(self.at.0)
                        .bind(end.name());
                    session.run(settle).await?;
                }
                Report::Postponed { notice, until, failed } => {
                    let postpone = sqlx::query(include_str!("../queries/postpone_message.sql"))
                        .bind(notice.record.as_slice())
                        .bind(notice.id.as_bytes().as_slice())
                        .bind(until.0)
                        .bind(i64::from(*failed));
                    session.run(postpone).await?;
                }
                Report::Alive { record, subscription } => alive(session, record, subscription).await?,
                Report::Failed { record, subscription, until, broken } => {
                    let failed = sqlx::query(include_str!("../queries/endpoint_failed.sql"))
                        .bind(record.as_slice())
                        .bind(subscription.as_bytes().as_slice())
                        .bind(until.0)
                        .bind(*broken);
                    session.run(failed).await?;
                }
            }
        }
        Ok(())
    }

    async fn reached(
        &self,
        session: &mut Session<'_>,
        notice: &NoticeKey,
        subscription: &EntryUuid,
    ) -> Result<(), Failure> {
        let reached = "UPDATE delivery SET delivered_at = $4 \
            WHERE patient_key = $1 AND message = $2 AND subscription = $3 AND delivered_at IS NULL";
        let reached = sqlx::query(reached)
            .bind(notice.record.as_slice())
            .bind(notice.id.as_bytes().as_slice())
            .bind(subscription.as_bytes().as_slice())
            .bind(self.at.0);
        session.run(reached).await?;
        Ok(())
    }
}

/// A subscription that becomes active is given what waited for somebody who takes it.
async fn alive(
    session: &mut Session<'_>,
    record: &[u8; 16],
    subscription: &EntryUuid,
) -> Result<(), Failure> {
    let requested = "SELECT 1 FROM subscription WHERE patient_key = $1 AND id = $2 AND status = 'requested'";
    let requested = sqlx::query(requested).bind(record.as_slice()).bind(subscription.as_bytes().as_slice());
    let becomes_active = session.one(requested).await?.is_some();
    let answered = sqlx::query(include_str!("../queries/endpoint_answered.sql"))
        .bind(record.as_slice())
        .bind(subscription.as_bytes().as_slice());
    session.run(answered).await?;
    if becomes_active {
        let wake = "UPDATE outbox SET next_try_at = NULL WHERE patient_key = $1 AND delivered_at IS NULL";
        session.run(sqlx::query(wake).bind(record.as_slice())).await?;
    }
    Ok(())
}
