//! The versions of one document's metadata, for who sees the document now (FHIR history and vread).

use model::{Caller, EntryUuid, Finding, Rule};
use policy::{Ask, ReadAct, Visible, decide_read};

use crate::links;
use crate::located::{Reach, looked_for};
use crate::refusal::{audited, is_about_the_record};
use crate::search::{ATTEMPTS, shown, told};
use crate::{Act, Clock, Desk, DocumentKey, Event, Ids, RecordError, Refusal, Store, StoredEntry};

/// Reads the versions of a document, the newest first. Who does not see the document now sees none of them
/// ([`Refusal::Absent`]); an earlier version shows only if it would show with its own flags as well.
pub async fn read_versions<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    document: EntryUuid,
) -> Result<Vec<Visible<StoredEntry>>, Refusal> {
    let reach = Reach::Read(ReadAct::OneReference);
    let (patient, named) = looked_for(desk, caller, reach, None, &DocumentKey::Uuid(document)).await?;
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::Search, transaction)
        .about(caller, patient.clone());
    let Some(patient) = patient else {
        return Err(audited(desk, event, Refusal::Absent).await);
    };
    let about = Ask { patient, act: ReadAct::OneReference };
    match seen(desk, caller, &event, &about, &document).await {
        Ok(versions) => Ok(versions),
        Err(refusal) => {
            let refusal = audited(desk, event, refusal).await;
            let silent = !named && is_about_the_record(&refusal);
            Err(if silent { Refusal::Absent } else { refusal })
        }
    }
}

async fn seen<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    event: &Event,
    about: &Ask,
    document: &EntryUuid,
) -> Result<Vec<Visible<StoredEntry>>, Refusal> {
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(&about.patient, caller, now).await?;
        let visibility = decide_read(desk.law(now), &facts, caller, about).map_err(told)?;
        let mut versions = desk.store.versions(&about.patient, document).await?;
        links::keep_visible(&desk.store, &about.patient, &visibility, &mut versions).await?;
        let mut versions = versions.into_iter();
        let current = versions.next().and_then(|current| visibility.admit(current)).ok_or(Refusal::Absent)?;
        let event = shown(event, &visibility, std::slice::from_ref(&current));
        let earlier = versions.filter_map(|version| visibility.admit(version));
        let seen: Vec<_> = std::iter::once(current).chain(earlier).collect();
        match desk.store.record(event, Some(facts.version)).await {
            Ok(()) => return Ok(seen),
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Refusal::of(Finding::new(Rule::FactsHaveNotMoved)))
}
