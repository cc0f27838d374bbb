//! Endpoints: sealed, for an address names a person and a path may hold a secret.

use journey::{HookEndpoint, Outlet, PayloadContent, Topic};
use model::{EmailAddress, EntryUuid};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::cipher::{Place, SecretKey, Unsound};
use crate::failure::Failure;
use crate::keys::PatientKey;

pub(super) fn seal(
    secret: &SecretKey,
    patient: &PatientKey,
    id: &EntryUuid,
    outlet: &Outlet,
) -> Result<Vec<u8>, Unsound> {
    let text = match outlet {
        Outlet::RestHook(endpoint) => endpoint.as_str(),
        Outlet::Email(address) => address.as_str(),
    };
    secret.seal(&place(patient, id), text.as_bytes())
}

/// The endpoint, topic and content of a row.
pub(super) fn read(
    secret: &SecretKey,
    patient: &PatientKey,
    id: &EntryUuid,
    row: &SqliteRow,
) -> Result<(Outlet, Topic, PayloadContent), Failure> {
    let sealed: &[u8] = row.try_get("endpoint")?;
    let text = String::from_utf8(secret.open(&place(patient, id), sealed)?)
        .map_err(|_| Unsound("an endpoint that is no text"))?;
    let malformed = |_| Unsound("a stored value that is no endpoint");
    let outlet = match row.try_get::<&str, _>("channel")? {
        "rest-hook" => Outlet::RestHook(HookEndpoint::parse(&text).map_err(malformed)?),
        "email" => Outlet::Email(EmailAddress::parse(&text).map_err(malformed)?),
        _ => return Err(Unsound("an unknown channel").into()),
    };
    let topic = Topic::named(row.try_get("topic")?).ok_or(Unsound("an unknown topic"))?;
    let content =
        PayloadContent::named(row.try_get("content")?).ok_or(Unsound("an unknown content of payloads"))?;
    Ok((outlet, topic, content))
}

fn place(patient: &PatientKey, id: &EntryUuid) -> Place {
    Place::new("subscription.endpoint", &[patient.as_slice(), id.as_bytes()])
}
