//! Subscriptions: written with their event, found by owner, ended but kept.

use journey::{Event, MOST_SUBSCRIPTIONS, Subscriber, Subscription, SubscriptionStatus};
use model::{EntryUuid, Ins, Moment, Rule};
use policy::{Permitted, SubscriptionAct};
use sqlx::Row;

use super::outlet;
use crate::Inner;
use crate::cipher::{SecretKey, Unsound};
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::record::Record;
use crate::session::Session;
use crate::traces::Traces;

/// A subscription to write.
pub(crate) struct Wished {
    pub(super) permitted: Permitted<SubscriptionAct>,
    pub(super) subscription: Subscription,
    pub(super) event: Event,
}

impl Wished {
    pub(super) async fn write(self, keys: &Keys, session: &mut Session<'_>) -> Result<(), Failure> {
        let subscription = &self.subscription;
        let judged = matches!(
            self.permitted.get(),
            SubscriptionAct::Subscribe { id, .. } if *id == subscription.id
        );
        let (record, secret) = judged_record(keys, session, &self.permitted).await?;
        let (kind, owner) = owner(keys, &record.key, &subscription.subscriber);
        let insert = sqlx::query(include_str!("../queries/insert_subscription.sql"))
            .bind(record.key.as_slice())
            .bind(subscription.id.as_bytes().as_slice())
            .bind(kind)
            .bind(owner)
            .bind(subscription.topic.name())
            .bind(subscription.outlet.channel())
            .bind(subscription.content.code())
            .bind(outlet::seal(&secret, &record.key, &subscription.id, &subscription.outlet)?)
            .bind(subscription.created_at.0)
            .bind(i64::from(MOST_SUBSCRIPTIONS))
            .bind(subscription.ends_at.map(|at| at.0));
        if !judged || session.run(insert).await? == 0 {
            return Err(Failure::Conflict(Rule::SubscriptionsAreFew));
        }
        traces(keys, &record, &secret).leave(session, &self.event).await
    }

    /// False, and nothing written, if the owner has none of this id.
    pub(super) async fn rewrite(self, keys: &Keys, session: &mut Session<'_>) -> Result<bool, Failure> {
        let subscription = &self.subscription;
        let judged = matches!(
            self.permitted.get(),
            SubscriptionAct::Subscribe { id, .. } if *id == subscription.id
        );
        let (record, secret) = judged_record(keys, session, &self.permitted).await?;
        let (kind, owner) = owner(keys, &record.key, &subscription.subscriber);
        let change = sqlx::query(include_str!("../queries/change_subscription.sql"))
            .bind(record.key.as_slice())
            .bind(subscription.id.as_bytes().as_slice())
            .bind(kind)
            .bind(owner)
            .bind(subscription.topic.name())
            .bind(subscription.outlet.channel())
            .bind(subscription.content.code())
            .bind(outlet::seal(&secret, &record.key, &subscription.id, &subscription.outlet)?)
            .bind(subscription.status.code())
            .bind(subscription.ends_at.map(|at| at.0));
        if !judged || session.run(change).await? == 0 {
            return Ok(false);
        }
        traces(keys, &record, &secret).leave(session, &self.event).await?;
        Ok(true)
    }
}

/// A subscription to end.
pub(crate) struct Ended {
    pub(super) permitted: Permitted<SubscriptionAct>,
    pub(super) subscriber: Subscriber,
    pub(super) event: Event,
}

impl Ended {
    /// False, and nothing written, if the owner has none of this id.
    pub(super) async fn write(self, keys: &Keys, session: &mut Session<'_>) -> Result<bool, Failure> {
        let SubscriptionAct::Unsubscribe { id } = *self.permitted.get() else { return Ok(false) };
        let (record, secret) = judged_record(keys, session, &self.permitted).await?;
        let (kind, owner) = owner(keys, &record.key, &self.subscriber);
        let end = sqlx::query(include_str!("../queries/end_subscription.sql"))
            .bind(record.key.as_slice())
            .bind(id.as_bytes().as_slice())
            .bind(kind)
            .bind(owner)
            .bind(self.event.at.0);
        if session.run(end).await? == 0 {
            return Ok(false);
        }
        traces(keys, &record, &secret).leave(session, &self.event).await?;
        Ok(true)
    }
}

/// The record under the lock, on the facts that were judged.
async fn judged_record(
    keys: &Keys,
    session: &mut Session<'_>,
    permitted: &Permitted<SubscriptionAct>,
) -> Result<(Record, SecretKey), Failure> {
    let record = Record::of(session, keys, permitted.patient()).await?.ok_or(Failure::Moved)?;
    if record.version() != permitted.facts_version() {
        return Err(Failure::Moved);
    }
    let secret = record.secret(keys)?.ok_or(Failure::Moved)?;
    Ok((record, secret))
}

fn traces<'a>(keys: &'a Keys, record: &'a Record, secret: &'a SecretKey) -> Traces<'a> {
    Traces { keys, patient: &record.key, secret, preference: record.notice }
}

/// How an owner stands in the columns.
fn owner(keys: &Keys, patient: &PatientKey, subscriber: &Subscriber) -> (&'static str, Vec<u8>) {
    match subscriber {
        Subscriber::Holder => ("holder", Vec::new()),
        Subscriber::Representative(ins) => ("representative", keys.representative_index(patient, ins)),
        Subscriber::Professional(id) => ("professional", id.0.as_bytes().to_vec()),
    }
}

impl Inner {
    pub(super) async fn subscriptions(
        &self,
        patient: &Ins,
        subscriber: &Subscriber,
    ) -> Result<Vec<Subscription>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let Some(record) = Record::of(&mut session, &self.keys, patient).await? else {
            return Ok(Vec::new());
        };
        let Some(secret) = record.secret(&self.keys)? else { return Ok(Vec::new()) };
        let (kind, owner) = owner(&self.keys, &record.key, subscriber);
        let select = sqlx::query(include_str!("../queries/subscriptions.sql"))
            .bind(record.key.as_slice())
            .bind(kind)
            .bind(owner);
        let mut found = Vec::new();
        for row in session.all(select).await? {
            let id = uuid_of(row.try_get("id")?)?;
            let (outlet, topic, content) = outlet::read(&secret, &record.key, &id, &row)?;
            let status = SubscriptionStatus::named(row.try_get("status")?);
            let failures: i64 = row.try_get("failures")?;
            found.push(Subscription {
                id,
                subscriber: subscriber.clone(),
                topic,
                outlet,
                content,
                status: status.ok_or(Unsound("an unknown status of subscriptions"))?,
                created_at: Moment(row.try_get("created_at")?),
                failures: u32::try_from(failures).unwrap_or(u32::MAX),
                ends_at: row.try_get::<Option<i64>, _>("ends_at")?.map(Moment),
                events: row.try_get("last_number")?,
            });
        }
        Ok(found)
    }

    pub(super) async fn record_of_subscription(&self, id: EntryUuid) -> Result<Option<Ins>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let select = "SELECT patient_key FROM subscription WHERE id = $1 AND status <> 'off'";
        let select = sqlx::query(select).bind(id.as_bytes().as_slice());
        let Some(row) = session.one(select).await? else { return Ok(None) };
        let key = PatientKey::of(row.try_get("patient_key")?)?;
        let Some(record) = Record::by_key(&mut session, &key).await? else { return Ok(None) };
        let Some(secret) = record.secret(&self.keys)? else { return Ok(None) };
        Ok(Some(record.identity(&secret)?.ins))
    }
}
