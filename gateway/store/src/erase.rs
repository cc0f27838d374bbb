//! The erasure of a record: its keys are destroyed with everything that they opened. What stays is a row without a
//! person, the bare chain of its journal, and a proof without content in the system's lane.

use journey::{Act, Event, EventOutcome};

use crate::cipher::fill;
use crate::failure::Failure;
use crate::journal::SealedEvent;
use crate::keys::{Keys, PatientKey};
use crate::record::Record;
use crate::session::Session;

/// In the order in which nothing refers to what goes.
const EMPTIED: [&str; 29] = [
    "DELETE FROM delivery WHERE patient_key = $1",
    "DELETE FROM subscription WHERE patient_key = $1",
    "DELETE FROM summary WHERE patient_key = $1",
    "DELETE FROM outbox_document WHERE patient_key = $1",
    "DELETE FROM outbox WHERE patient_key = $1",
    "DELETE FROM review WHERE patient_key = $1",
    "DELETE FROM first_access WHERE patient_key = $1",
    "DELETE FROM activation_code WHERE patient_key = $1",
    "DELETE FROM representative WHERE patient_key = $1",
    "DELETE FROM masked_to WHERE patient_key = $1",
    "DELETE FROM blocked WHERE patient_key = $1",
    "DELETE FROM feeding_refusal WHERE patient_key = $1",
    "DELETE FROM authorisation WHERE patient_key = $1",
    "DELETE FROM trait_index WHERE patient_key = $1",
    "DELETE FROM known_as WHERE patient_key = $1",
    "DELETE FROM locator WHERE patient_key = $1",
    "DELETE FROM association WHERE patient_key = $1",
    "DELETE FROM entry_author_person WHERE patient_key = $1",
    "DELETE FROM entry_author_structure WHERE patient_key = $1",
    "DELETE FROM entry_event_code WHERE patient_key = $1",
    "DELETE FROM entry_confidentiality WHERE patient_key = $1",
    "DELETE FROM past_entry WHERE patient_key = $1",
    "DELETE FROM entry WHERE patient_key = $1",
    "DELETE FROM content_chunk WHERE patient_key = $1",
    "DELETE FROM document WHERE patient_key = $1",
    "DELETE FROM past_folder WHERE patient_key = $1",
    "DELETE FROM folder WHERE patient_key = $1",
    "DELETE FROM submission_set WHERE patient_key = $1",
    include_str!("queries/empty_record.sql"),
];

/// Erases a record and leaves the proof of it.
pub(crate) async fn erase(
    keys: &Keys,
    session: &mut Session<'_>,
    patient: &PatientKey,
    event: &Event,
) -> Result<(), Failure> {
    let merged = sqlx::query(include_str!("queries/merged_into.sql")).bind(patient.as_slice());
    for row in session.all(merged).await? {
        empty(session, &Record::read(&row)?.key, event).await?;
    }
    empty(session, patient, event).await?;
    SealedEvent::of_system(keys, &proof(event))?.write(session).await
}

/// Leaves a row without a person.
async fn empty(session: &mut Session<'_>, patient: &PatientKey, event: &Event) -> Result<(), Failure> {
    for statement in EMPTIED {
        session.run(sqlx::query(statement).bind(patient.as_slice())).await?;
    }
    let journal = sqlx::query(include_str!("queries/erase_lane.sql"));
    session.run(journal.bind(patient.as_slice()).bind(event.at.0)).await?;
    // As long as an index, so that the row cannot be told from one that somebody might look for.
    let mut nobody = [0; 32];
    fill(&mut nobody)?;
    let unname = sqlx::query("UPDATE record SET ins_index = $2 WHERE patient_key = $1");
    session.run(unname.bind(patient.as_slice()).bind(nobody.as_slice())).await?;
    Ok(())
}

/// That something was erased, when, and by what kind of caller: not whose, and by nobody who could be recognised.
fn proof(event: &Event) -> Event {
    let by_operator = event.kind == "operator";
    Event {
        id: event.id,
        at: event.at,
        act: Act::EraseRecord,
        transaction: event.transaction,
        outcome: EventOutcome::Done,
        patient: None,
        person: None,
        structure: None,
        display: if by_operator { event.display.clone() } else { String::new() },
        kind: event.kind,
        mode: event.mode,
        reason: None,
        software: None,
        request: String::new(),
        set: None,
        documents: Vec::new(),
        deeds: Vec::new(),
        party: None,
        secret: false,
        matrix: event.matrix.clone(),
    }
}
