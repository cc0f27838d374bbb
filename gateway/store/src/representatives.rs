//! Who acts for the holder: one live link a person, by a blind index that is of this record alone.

use journey::Linkage;
use model::{EntryUuid, Ins, Moment};
use policy::{Link, Relation, Representation};
use sqlx::Row;

use crate::cipher::{Place, SecretKey, Unsound};
use crate::commit::uuid_of;
use crate::failure::Failure;
use crate::keys::{Keys, PatientKey};
use crate::row::{Stored, decode, encode};
use crate::session::Session;

/// A link that was not ended.
pub(crate) struct Live {
    link: EntryUuid,
    pub(crate) kind: Link,
}

/// The live link of this person to this record.
pub(crate) async fn live_link(
    session: &mut Session<'_>,
    keys: &Keys,
    patient: &PatientKey,
    by: &Ins,
) -> Result<Option<Live>, Failure> {
    let select = sqlx::query(include_str!("queries/live_link.sql"))
        .bind(patient.as_slice())
        .bind(keys.representative_index(patient, by));
    let Some(row) = session.one(select).await? else { return Ok(None) };
    Ok(Some(Live { link: uuid_of(row.try_get("link")?)?, kind: kind_of(row.try_get("kind")?)? }))
}

/// A link to make or to end.
pub(crate) struct Linking<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) patient: &'a PatientKey,
    pub(crate) secret: &'a SecretKey,
    pub(crate) at: Moment,
    /// Names the new link.
    pub(crate) event: EntryUuid,
}

impl Linking<'_> {
    /// Links a representative; another link of the same person ends, the same one stays.
    pub(crate) async fn link(
        &self,
        session: &mut Session<'_>,
        representation: &Representation,
    ) -> Result<(), Failure> {
        let live = live_link(session, self.keys, self.patient, &representation.by).await?;
        if live.is_some_and(|live| live.kind == representation.link) {
            return Ok(());
        }
        self.end(session, &representation.by).await?;
        let place = ins_place(self.patient, &self.event);
        let sealed = self.secret.seal(&place, &encode(&representation.by.to_row())?)?;
        let insert = sqlx::query(include_str!("queries/insert_representative.sql"))
            .bind(self.patient.as_slice())
            .bind(self.event.as_bytes().as_slice())
            .bind(self.keys.representative_index(self.patient, &representation.by))
            .bind(sealed)
            .bind(representation.link.name())
            .bind(self.at.0);
        session.run(insert).await?;
        Ok(())
    }

    /// Ends the live link of a person, if there is one.
    pub(crate) async fn end(&self, session: &mut Session<'_>, by: &Ins) -> Result<(), Failure> {
        let Some(live) = live_link(session, self.keys, self.patient, by).await? else { return Ok(()) };
        let end = sqlx::query("UPDATE representative SET ended_at = $3 WHERE patient_key = $1 AND link = $2")
            .bind(self.patient.as_slice())
            .bind(live.link.as_bytes().as_slice())
            .bind(self.at.0);
        session.run(end).await?;
        Ok(())
    }
}

/// Every link, oldest first.
pub(crate) async fn linkages(
    session: &mut Session<'_>,
    keys: &Keys,
    patient: &PatientKey,
    secret: &SecretKey,
    minor: bool,
) -> Result<Vec<Linkage>, Failure> {
    let select = sqlx::query(include_str!("queries/representatives.sql")).bind(patient.as_slice());
    let mut linkages = Vec::new();
    for row in session.all(select).await? {
        let link = uuid_of(row.try_get("link")?)?;
        let opened = zeroize::Zeroizing::new(secret.open(&ins_place(patient, &link), row.try_get("ins")?)?);
        let kind = kind_of(row.try_get("kind")?)?;
        let ended: Option<i64> = row.try_get("ended_at")?;
        linkages.push(Linkage {
            id: keys.uuid("link", &[patient.as_slice(), link.as_bytes()])?,
            since: Moment(row.try_get("since")?),
            representation: Representation { by: Ins::from_row(decode(&opened)?)?, link: kind },
            live: ended.is_none() && kind.relation(minor) != Relation::Stranger,
        });
    }
    Ok(linkages)
}

fn kind_of(name: &str) -> Result<Link, Unsound> {
    Link::named(name).ok_or(Unsound("an unknown kind of representative"))
}

pub(crate) fn ins_place(patient: &PatientKey, link: &EntryUuid) -> Place {
    Place::new("representative.ins", &[patient.as_slice(), link.as_bytes()])
}
