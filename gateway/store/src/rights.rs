//! What stands in force on a record, each with a stable opaque id.

use journey::{InForce, Rights};
use model::{EmergencyMode, EntryUuid, Ins, Moment, PersonId};
use policy::{Grant, Ground, Setting};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::Inner;
use crate::cipher::Unsound;
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::masks::party_of;
use crate::record::Record;
use crate::representatives::linkages;
use crate::session::Session;

impl Inner {
    /// [`journey::Store::rights`], on one snapshot.
    pub(crate) async fn rights(&self, patient: &Ins, at: Moment) -> Result<Option<Rights>, Failure> {
        let mut snapshot = self.readers.begin().await?;
        self.rights_in(&mut Session::new(&mut snapshot), patient, at).await
    }

    async fn rights_in(
        &self,
        session: &mut Session<'_>,
        patient: &Ins,
        at: Moment,
    ) -> Result<Option<Rights>, Failure> {
        let Some(record) = Record::of(session, &self.keys, patient).await? else { return Ok(None) };
        let (Some(secret), false) = (record.secret(&self.keys)?, record.state(&self.calendar, at).is_gone())
        else {
            return Ok(None);
        };
        let minor = self.calendar.is_minor(&record.identity(&secret)?.birth_date, at);
        let mut in_force = Vec::new();
        for row in
            session.all(sqlx::query(include_str!("queries/settings.sql")).bind(record.key.as_slice())).await?
        {
            in_force.push(read(&self.keys, &record.key, &row)?);
        }
        in_force
            .sort_by(|one, other| (one.since, one.id.as_bytes()).cmp(&(other.since, other.id.as_bytes())));
        Ok(Some(Rights {
            standing: record.standing(&self.calendar, at),
            in_force,
            representatives: linkages(session, &self.keys, &record.key, &secret, minor).await?,
            notice: record.notice,
        }))
    }
}

/// One row of `settings.sql`: what, about whom, on which document, since and until when.
fn read(keys: &Keys, patient: &PatientKey, row: &SqliteRow) -> Result<InForce, Failure> {
    let what: &str = row.try_get("what")?;
    let (kind, id): (&str, &str) = (row.try_get("kind")?, row.try_get("id")?);
    let document: Option<&[u8]> = row.try_get("document")?;
    let mode = |mode: &str| {
        let modes = EmergencyMode::ALL.into_iter();
        modes.into_iter().find(|one| one.code() == mode).ok_or(Unsound("an unknown emergency mode"))
    };
    let setting = match what {
        "authorised" | "granted" => {
            let ground: &str = row.try_get("ground")?;
            let ground = Ground::named(ground).ok_or(Unsound("an unknown ground of an authorisation"))?;
            Setting::Authorised(party_of(kind, id)?, Grant { ground, until: Moment(row.try_get("until")?) })
        }
        "blocked" => Setting::Blocked(party_of(kind, id)?),
        "feeding-refused" => Setting::FeedingRefused(party_of(kind, id)?),
        "masked-to" => {
            let document = uuid_of(document.ok_or(Unsound("a mask without a document"))?)?;
            Setting::MaskedTo(document, party_of(kind, id)?)
        }
        "treating" => Setting::Treating(PersonId(id.to_owned())),
        "opposed" => Setting::Opposed(mode(id)?),
        "masked-allowed" => Setting::MaskedAllowed(mode(id)?),
        _ => return Err(Unsound("an unknown setting").into()),
    };
    Ok(InForce {
        id: setting_id(keys, patient, [what, kind, id], document)?,
        since: Moment(row.try_get("since")?),
        setting,
    })
}

/// The same as long as the setting stands, and nothing to anybody who does not hold it.
fn setting_id(
    keys: &Keys,
    patient: &PatientKey,
    [what, kind, id]: [&str; 3],
    document: Option<&[u8]>,
) -> Result<EntryUuid, Unsound> {
    let document = document.unwrap_or_default();
    keys.uuid("setting", &[patient.as_slice(), what.as_bytes(), kind.as_bytes(), document, id.as_bytes()])
}
