//! What is due: messages to people, oldest first, without those that are withheld from their recipient now.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use journey::{Addressee, DueNotice, Handshake, Message, Notice, NoticeKey, NoticeKind, Recipient};
use model::{EmailAddress, EntryUuid, Identity, Moment};
use policy::{Link, ProvisionalCode, RecordState, Relation};
use serde::Deserialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::outlet;
use crate::Inner;
use crate::cipher::{SecretKey, Unsound};
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::keys::PatientKey;
use crate::outbox::payload_place;
use crate::record::Record;
use crate::row::decode;
use crate::session::Session;

/// Rows read between two looks.
const PAGE: i64 = 256;
/// Documents named in one message, at the most.
const MOST_DOCUMENTS: i64 = 100;

/// A message that a subscription is given: it has no number there yet.
pub(crate) struct Given {
    record: PatientKey,
    message: EntryUuid,
    subscription: EntryUuid,
}

/// What was found.
pub(super) struct Due {
    pub(super) notices: Vec<DueNotice>,
    pub(super) to_give: Vec<Given>,
}

/// What the relay reads of a notice.
#[derive(Deserialize)]
pub(super) struct NoticeRow {
    pub(super) notice: String,
    recipient: String,
    who: String,
    structure: Option<String>,
    mode: String,
    reason: Option<String>,
    deeds: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct CodeRow {
    code: String,
    until: i64,
}

impl CodeRow {
    pub(super) fn code(self) -> ProvisionalCode {
        ProvisionalCode { code: self.code, until: Moment(self.until) }
    }
}

/// A record opened for its messages.
pub(super) struct Opened {
    pub(super) secret: SecretKey,
    pub(super) identity: Identity,
    minor: bool,
    told: RecordState,
}

impl Opened {
    /// True if a message to this recipient waits until the holder is of age.
    pub(super) fn withholds(&self, recipient: Recipient, of_the_minor: bool) -> bool {
        recipient == Recipient::Holder && self.minor && of_the_minor
    }

    /// An opposed record is absent for everybody: it tells nothing until the opposition is withdrawn.
    pub(super) fn is_opposed(&self) -> bool {
        self.told == RecordState::Absent
    }
}

impl Inner {
    pub(super) async fn due(&self, at: Moment, limit: u32) -> Result<Due, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let mut found = Due { notices: Vec::new(), to_give: Vec::new() };
        let mut records: BTreeMap<[u8; 16], Option<Opened>> = BTreeMap::new();
        let (mut after, mut after_record, mut after_id) = (i64::MIN, Vec::new(), Vec::new());
        loop {
            let select = sqlx::query(include_str!("../queries/due_messages.sql"))
                .bind(at.0)
                .bind(after)
                .bind(after_record)
                .bind(after_id)
                .bind(PAGE);
            let rows = session.all(select).await?;
            for row in &rows {
                let record = PatientKey::of(row.try_get("patient_key")?)?;
                let opened = match records.entry(record.0) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(free) => free.insert(self.opened(&mut session, &record, at).await?),
                };
                if let Some(opened) = opened
                    && let Some(notice) =
                        self.notice(&mut session, &record, opened, row, at, &mut found).await?
                {
                    found.notices.push(notice);
                }
                if u32::try_from(found.notices.len()).is_ok_and(|count| count >= limit) {
                    return Ok(found);
                }
            }
            let Some(last) = rows.last() else { return Ok(found) };
            after = last.try_get("created_at")?;
            after_record = last.try_get("patient_key")?;
            after_id = last.try_get("id")?;
        }
    }

    pub(super) async fn handshakes(&self, at: Moment, limit: u32) -> Result<Vec<Handshake>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let select = sqlx::query(include_str!("../queries/to_greet.sql")).bind(at.0).bind(i64::from(limit));
        let mut found = Vec::new();
        for row in session.all(select).await? {
            let record = PatientKey::of(row.try_get("patient_key")?)?;
            let Some(opened) = self.opened(&mut session, &record, at).await? else { continue };
            let id = uuid_of(row.try_get("id")?)?;
            let last = row.try_get("last_number")?;
            let target = addressee(&opened.secret, &record, id, &row, last)?;
            found.push(Handshake { record: record.0, target });
        }
        Ok(found)
    }

    /// The record, unless nobody has it any more.
    pub(super) async fn opened(
        &self,
        session: &mut Session<'_>,
        key: &PatientKey,
        at: Moment,
    ) -> Result<Option<Opened>, Failure> {
        let Some(record) = Record::by_key(session, key).await? else { return Ok(None) };
        let state = record.state(&self.calendar, at);
        let (Some(secret), false) = (record.secret(&self.keys)?, state.is_gone()) else { return Ok(None) };
        let identity = record.identity(&secret)?;
        let minor = self.calendar.is_minor(&identity.birth_date, at);
        Ok(Some(Opened { secret, identity, minor, told: state.told() }))
    }

    /// One message with whom it goes to; `None` if it is withheld.
    async fn notice(
        &self,
        session: &mut Session<'_>,
        record: &PatientKey,
        opened: &Opened,
        row: &SqliteRow,
        at: Moment,
        found: &mut Due,
    ) -> Result<Option<DueNotice>, Failure> {
        let id = uuid_of(row.try_get("id")?)?;
        let is_code = row.try_get::<&str, _>("kind")? == "activation-code";
        let recipient = recipient_of(row.try_get("recipient")?)?;
        let kept: bool = row.try_get("kept_from_representatives")?;
        let secret: bool = row.try_get("secret")?;
        if opened.withholds(recipient, kept || secret) || (opened.is_opposed() && !is_code) {
            return Ok(None);
        }
        let sealed: &[u8] = row.try_get("payload")?;
        let opened_payload =
            zeroize::Zeroizing::new(opened.secret.open(&payload_place(record, &id), sealed)?);
        let message = if is_code {
            Message::Code(decode::<CodeRow>(&opened_payload)?.code())
        } else {
            let told = decode::<NoticeRow>(&opened_payload)?;
            let documents = documents(session, record, &id).await?;
            Message::Notice(notice_of(told, recipient, uuid_of(row.try_get("event")?)?, documents)?)
        };
        let targets = match &message {
            Message::Code(_) => Vec::new(),
            Message::Notice(notice) => addressees(session, record, opened, &id, notice, at, found).await?,
        };
        let own = opened.identity.email.as_deref().filter(|_| recipient == Recipient::Holder);
        let attempts: i64 = row.try_get("attempts")?;
        Ok(Some(DueNotice {
            key: NoticeKey { record: record.0, id },
            at: Moment(row.try_get("created_at")?),
            message,
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            targets,
            reached: row.try_get("reached")?,
            address: own.and_then(|text| EmailAddress::parse(text).ok()),
        }))
    }
}

/// Gives messages their numbers, in order.
pub(super) async fn give(session: &mut Session<'_>, all: &[Given]) -> Result<(), Failure> {
    for given in all {
        let (record, subscription) = (given.record.as_slice(), given.subscription.as_bytes().as_slice());
        let insert = sqlx::query(include_str!("../queries/give_message.sql"))
            .bind(record)
            .bind(given.message.as_bytes().as_slice())
            .bind(subscription);
        session.run(insert).await?;
        let count = sqlx::query(include_str!("../queries/count_message.sql")).bind(record).bind(subscription);
        session.run(count).await?;
    }
    Ok(())
}

/// The subscriptions in force that a notice did not reach yet; those without a number for it are noted.
async fn addressees(
    session: &mut Session<'_>,
    record: &PatientKey,
    opened: &Opened,
    id: &EntryUuid,
    notice: &Notice,
    at: Moment,
    found: &mut Due,
) -> Result<Vec<Addressee>, Failure> {
    let select = sqlx::query(include_str!("../queries/addressees.sql"))
        .bind(record.as_slice())
        .bind(id.as_bytes().as_slice())
        .bind(notice.recipient.name())
        .bind(at.0);
    let mut all = Vec::new();
    for row in session.all(select).await? {
        let subscription = uuid_of(row.try_get("id")?)?;
        let number: Option<i64> = row.try_get("number")?;
        let addressee = addressee(&opened.secret, record, subscription, &row, number.unwrap_or_default())?;
        if !addressee.topic.takes(notice) || !is_live(&row, opened.minor)? {
            continue;
        }
        match number {
            Some(_) => all.push(addressee),
            None => found.to_give.push(Given { record: *record, message: *id, subscription }),
        }
    }
    Ok(all)
}

/// A representative's subscription ends in fact with the link, and with what the link grants.
fn is_live(row: &SqliteRow, minor: bool) -> Result<bool, Failure> {
    if row.try_get::<&str, _>("owner_kind")? != "representative" {
        return Ok(true);
    }
    let link: Option<&str> = row.try_get("link")?;
    let relation = link.and_then(Link::named).map(|link| link.relation(minor));
    Ok(relation == Some(Relation::Representative))
}

fn addressee(
    secret: &SecretKey,
    record: &PatientKey,
    subscription: EntryUuid,
    row: &SqliteRow,
    number: i64,
) -> Result<Addressee, Failure> {
    let (outlet, topic, content) = outlet::read(secret, record, &subscription, row)?;
    let failures: i64 = row.try_get("failures")?;
    Ok(Addressee {
        subscription,
        topic,
        outlet,
        content,
        number,
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        not_before: Moment(row.try_get("next_try_at")?),
    })
}

pub(super) async fn documents(
    session: &mut Session<'_>,
    record: &PatientKey,
    id: &EntryUuid,
) -> Result<Vec<EntryUuid>, Failure> {
    let select = "SELECT document FROM outbox_document WHERE patient_key = $1 AND id = $2 LIMIT $3";
    let select =
        sqlx::query(select).bind(record.as_slice()).bind(id.as_bytes().as_slice()).bind(MOST_DOCUMENTS);
    let rows = session.all(select).await?;
    rows.iter().map(|row| Ok(uuid_of(row.try_get("document")?)?)).collect()
}

pub(super) fn notice_of(
    row: NoticeRow,
    recipient: Recipient,
    event: EntryUuid,
    documents: Vec<EntryUuid>,
) -> Result<Notice, Unsound> {
    if row.recipient != recipient.name() {
        return Err(Unsound("a message with two recipients"));
    }
    Ok(Notice {
        kind: NoticeKind::named(&row.notice).ok_or(Unsound("an unknown kind of notice"))?,
        recipient,
        who: row.who,
        structure: row.structure,
        mode: row.mode,
        reason: row.reason,
        deeds: row.deeds,
        event,
        documents,
    })
}

pub(super) fn recipient_of(name: &str) -> Result<Recipient, Unsound> {
    [Recipient::Holder, Recipient::TreatingPhysician]
        .into_iter()
        .find(|recipient| recipient.name() == name)
        .ok_or(Unsound("an unknown recipient"))
}
