//! For people whom no message reaches: the yearly counts, and the letters that carry provisional codes.

use journey::{Letter, NoticeKey, NoticeKind, Summary};
use model::{EmailAddress, Identity, Moment};
use policy::Standing;
use sqlx::Row;

use super::due::{CodeRow, NoticeRow};
use crate::Inner;
use crate::cipher::{SecretKey, Unsound};
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::keys::PatientKey;
use crate::outbox::payload_place;
use crate::record::Record;
use crate::row::decode;
use crate::session::Session;

/// Records looked at between two pauses.
const STEP: i64 = 200;

impl Inner {
    pub(super) async fn summaries(
        &self,
        year: i16,
        (from, to): (Moment, Moment),
        again: bool,
    ) -> Result<Vec<Summary>, Failure> {
        let (mut found, mut after) = (Vec::new(), Vec::new());
        loop {
            let mut reader = self.readers.acquire().await?;
            let mut session = Session::new(&mut reader);
            let select = sqlx::query(include_str!("../queries/records_after.sql"))
                .bind(after)
                .bind(STEP)
                .bind(i64::from(year));
            let rows = session.all(select).await?;
            for row in &rows {
                let record = Record::read(row)?;
                let told = record.standing(&self.calendar, to) == Standing::Open;
                let noted: bool = row.try_get("summarised")?;
                let Some(secret) = record.secret(&self.keys)?.filter(|_| told && (again || !noted)) else {
                    continue;
                };
                let identity = record.identity(&secret)?;
                if has_address(&identity) {
                    continue;
                }
                let minor = self.calendar.is_minor(&identity.birth_date, to);
                let counts = counts(&mut session, &record.key, &secret, (from, to), minor).await?;
                if counts.iter().any(|count| *count > 0) {
                    found.push(Summary { record: record.key.0, identity, counts });
                }
            }
            let Some(last) = rows.last() else { return Ok(found) };
            after = last.try_get("patient_key")?;
        }
    }

    pub(super) async fn letters(&self, at: Moment, all: bool) -> Result<Vec<Letter>, Failure> {
        let mut reader = self.readers.acquire().await?;
        let mut session = Session::new(&mut reader);
        let mut found = Vec::new();
        for row in session.all(sqlx::query(include_str!("../queries/waiting_codes.sql"))).await? {
            let record = PatientKey::of(row.try_get("patient_key")?)?;
            let Some(opened) = self.opened(&mut session, &record, at).await? else { continue };
            let id = uuid_of(row.try_get("id")?)?;
            let sealed: &[u8] = row.try_get("payload")?;
            let plaintext =
                zeroize::Zeroizing::new(opened.secret.open(&payload_place(&record, &id), sealed)?);
            let code = decode::<CodeRow>(&plaintext)?.code();
            if code.until > at && (all || !has_address(&opened.identity)) {
                let key = NoticeKey { record: record.0, id };
                found.push(Letter { key, identity: opened.identity, code });
            }
        }
        Ok(found)
    }
}

/// Notes that these records stand in the export of a year.
pub(super) async fn note(
    session: &mut Session<'_>,
    year: i16,
    records: &[PatientKey],
    at: Moment,
) -> Result<(), Failure> {
    for record in records {
        let note =
            "INSERT INTO summary (patient_key, year, exported_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        session.run(sqlx::query(note).bind(record.as_slice()).bind(i64::from(year)).bind(at.0)).await?;
    }
    Ok(())
}

/// What happened, by kind; what is withheld now is not counted.
async fn counts(
    session: &mut Session<'_>,
    record: &PatientKey,
    secret: &SecretKey,
    (from, to): (Moment, Moment),
    minor: bool,
) -> Result<[u64; 6], Failure> {
    let select = sqlx::query(include_str!("../queries/messages_of_year.sql"))
        .bind(record.as_slice())
        .bind(from.0)
        .bind(to.0);
    let mut counts = [0; 6];
    for row in session.all(select).await? {
        let (kept, hidden): (bool, bool) =
            (row.try_get("kept_from_representatives")?, row.try_get("secret")?);
        if minor && (kept || hidden) {
            continue;
        }
        let id = uuid_of(row.try_get("id")?)?;
        let sealed: &[u8] = row.try_get("payload")?;
        let plaintext = zeroize::Zeroizing::new(secret.open(&payload_place(record, &id), sealed)?);
        let kind = NoticeKind::named(&decode::<NoticeRow>(&plaintext)?.notice);
        let kind = kind.ok_or(Unsound("an unknown kind of notice"))?;
        let place = NoticeKind::ALL.iter().position(|known| *known == kind);
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    Ok(counts)
}

fn has_address(identity: &Identity) -> bool {
    identity.email.as_deref().is_some_and(|text| EmailAddress::parse(text).is_ok())
}
