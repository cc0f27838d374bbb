//! What a subscription was given, without what is withheld from its owner now.

use journey::PastEvent;
use model::{EntryUuid, Ins, Moment};
use sqlx::Row;

use super::due::{NoticeRow, documents, notice_of, recipient_of};
use crate::Inner;
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::outbox::payload_place;
use crate::record::Record;
use crate::row::decode;
use crate::session::Session;

impl Inner {
    pub(super) async fn past_events(
        &self,
        patient: &Ins,
        subscription: EntryUuid,
        (first, last): (i64, i64),
        limit: u32,
        at: Moment,
    ) -> Result<Vec<PastEvent>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let Some(record) = Record::of(&mut session, &self.keys, patient).await? else {
            return Ok(Vec::new());
        };
        let key = record.key;
        let Some(opened) = self.opened(&mut session, &key, at).await? else { return Ok(Vec::new()) };
        if opened.is_opposed() {
            return Ok(Vec::new());
        }
        let select = sqlx::query(include_str!("../queries/past_events.sql"))
            .bind(key.as_slice())
            .bind(subscription.as_bytes().as_slice())
            .bind(first)
            .bind(last)
            .bind(i64::from(limit));
        let mut found = Vec::new();
        for row in session.all(select).await? {
            let recipient = recipient_of(row.try_get("recipient")?)?;
            let kept: bool = row.try_get("kept_from_representatives")?;
            let secret: bool = row.try_get("secret")?;
            if opened.withholds(recipient, kept || secret) {
                continue;
            }
            let id = uuid_of(row.try_get("id")?)?;
            let sealed: &[u8] = row.try_get("payload")?;
            let payload = zeroize::Zeroizing::new(opened.secret.open(&payload_place(&key, &id), sealed)?);
            let told = decode::<NoticeRow>(&payload)?;
            let documents = documents(&mut session, &key, &id).await?;
            found.push(PastEvent {
                number: row.try_get("number")?,
                at: Moment(row.try_get("created_at")?),
                notice: notice_of(told, recipient, uuid_of(row.try_get("event")?)?, documents)?,
            });
        }
        Ok(found)
    }
}
