//! ITI-18 Registry Stored Query: the fourteen queries about one patient (IHE ITI TF-2 §3.18).

mod catalogue;
mod parameter;
pub mod request;
pub mod response;
mod vocabulary;

#[cfg(test)]
mod tests;

use journey::{Clock, Desk, Found, Ids, Refusal, RegistryAnswer, Store};
use model::{Caller, DocumentQuery, Finding, Paging, RegistryQuery, Rule};

use crate::registry::{RegistryError, Wording};
use crate::{Envelope, Response, Transaction};
use request::{Ask, ReturnType, StoredQuery};
use response::Shown;

/// Documents in full that one answer holds: a page of the store.
pub const MOST_ENTRIES: u32 = journey::MOST_ON_A_PAGE;
/// References that one answer holds: ten pages.
const MOST_REFERENCES: u64 = 10 * MOST_ENTRIES as u64;
/// Objects of any kind for each document that one answer may hold: its set, its links.
const OBJECTS_PER_DOCUMENT: u64 = 5;

/// Answers a stored query. Nothing to see, hidden and absent are all an empty list with Success.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    envelope: &Envelope,
) -> Response {
    let id = desk.ids.uuid().urn();
    let wording = Wording { mappings: &desk.mappings, pack: &desk.pack, transaction: Transaction::Iti18 };
    let fail = |errors: &[RegistryError]| {
        response::write(envelope, &id, &Shown::default(), ReturnType::ObjectRef, Err(errors))
    };
    let StoredQuery { return_type, ask, ignored } = match request::read(envelope.payload()) {
        Ok(query) => query,
        Err(findings) => return fail(&wording.errors(&findings)),
    };
    let show = |shown: &Shown<'_>| response::write(envelope, &id, shown, return_type, Ok(()));
    let misplaced = vocabulary::check(&ask, &desk.mappings.codes);
    if !misplaced.is_empty() {
        return fail(&wording.errors(&misplaced));
    }
    let answer = match ask {
        Ask::Documents(query) => documents(desk, caller, *query, return_type).await,
        Ask::Registry(query) => objects(desk, caller, &query, return_type).await,
        Ask::Nothing => Ok(Answer::Nothing),
        // A patient whose identifier is no INS is unknown here; but a token is about one patient only.
        Ask::UnknownPatient if caller.patient.is_none() => Ok(Answer::Nothing),
        Ask::UnknownPatient => {
            return fail(&wording.errors(&[Finding::new(Rule::TokenPatientIsQueryPatient)]));
        }
    };
    let response = match &answer {
        Ok(Answer::Documents(found)) => {
            let documents = found.entries.iter().map(|visible| &visible.get().entry).collect();
            show(&Shown { documents, ..Shown::default() })
        }
        Ok(Answer::Objects(answer)) => show(&Shown::of(answer)),
        Ok(Answer::Nothing) | Err(Refusal::Absent) => show(&Shown::default()),
        Ok(Answer::TooMany(error)) => fail(std::slice::from_ref(error)),
        Err(refusal) => fail(&wording.refusal(refusal, None, &caller.request)).because(refusal),
    };
    response.remarking((ignored > 0).then(|| format!("{ignored} unknown slots of a stored query ignored")))
}

/// What comes of a query.
enum Answer {
    Documents(Found),
    Objects(RegistryAnswer),
    Nothing,
    /// More, or of more patients, than one answer may hold.
    TooMany(RegistryError),
}

/// A search of documents.
async fn documents<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    mut query: DocumentQuery,
    return_type: ReturnType,
) -> Result<Answer, Refusal> {
    let most = most(return_type);
    let found = pages(desk, caller, &mut query, most).await?;
    if found.total > most {
        return Ok(Answer::TooMany(too_many(found.total, most)));
    }
    Ok(Answer::Documents(found))
}

/// Any other query: in full only for one patient (IHE ITI TF-3 table 4.2.4.1-2, XDSResultNotSinglePatient).
async fn objects<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    query: &RegistryQuery,
    return_type: ReturnType,
) -> Result<Answer, Refusal> {
    let answer = journey::stored_query(desk, caller, Transaction::Iti18.name(), query).await?;
    if answer.records > 1 && return_type == ReturnType::LeafClass {
        let context = format!(
            "[{}] La réponse porte sur plusieurs patients : demandez ObjectRef, ou un patient à la fois",
            Rule::QueryIsComplete
        );
        return Ok(Answer::TooMany(RegistryError::new("XDSResultNotSinglePatient", context)));
    }
    let most = most(return_type);
    let (documents, all) = (answer.documents.len() as u64, answer.len() as u64);
    if documents > most {
        return Ok(Answer::TooMany(too_many(documents, most)));
    }
    let most = OBJECTS_PER_DOCUMENT * most;
    if all > most {
        return Ok(Answer::TooMany(too_many(all, most)));
    }
    Ok(Answer::Objects(answer))
}

/// Documents that one answer may hold.
fn most(return_type: ReturnType) -> u64 {
    match return_type {
        ReturnType::LeafClass => u64::from(MOST_ENTRIES),
        ReturnType::ObjectRef => MOST_REFERENCES,
    }
}

fn too_many(found: u64, most: u64) -> RegistryError {
    let context = format!(
        "[{}] {found} objets : {most} au plus ; restreignez la recherche, ou demandez ObjectRef si ce n'est fait",
        Rule::QueryIsComplete
    );
    RegistryError::new("XDSTooManyResults", context)
}

/// Every page of the query, one snapshot; only the first when there are more than `most` entries in all.
async fn pages<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    query: &mut DocumentQuery,
    most: u64,
) -> Result<Found, Refusal> {
    let name = Transaction::Iti18.name();
    let mut found = journey::search(desk, caller, name, query.clone()).await?;
    while let Some(after) = found.next.take().filter(|_| found.total <= most) {
        query.paging = Paging { count: None, ceiling: Some(found.ceiling), after: Some(after) };
        let page = journey::search(desk, caller, name, query.clone()).await?;
        found.entries.extend(page.entries);
        found.next = page.next;
    }
    Ok(found)
}
