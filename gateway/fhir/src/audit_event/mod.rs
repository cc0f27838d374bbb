//! AuditEvent: the history of one record as its reader may see it (ITI-81), newest first, and contesting an access.

mod agents;
mod kind;
mod paging;
mod resource;
#[cfg(test)]
mod tests;

use journey::{Clock, HistoryLine, Ids, Refusal, Store};
use model::{DateRange, EntryUuid, Finding, Paging};
use policy::Choice;
use serde_json::{Value, json};

use crate::incoming::told;
use crate::patient::reference;
use crate::search::by_patient::{self, PATIENT, PATIENT_IDENTIFIER, only_whose, searchset, whose};
use crate::search::{date, refuse};
use crate::{Response, Visit, page};

/// The parameters of an AuditEvent search.
pub(crate) const PARAMETERS: [(&str, &str, &str); 3] =
    [PATIENT, PATIENT_IDENTIFIER, ("date", "date", "When: eq, ge, gt, le, lt, sa, eb; repeats.")];

const TRANSACTION: &str = "ITI-81";

/// The most lines of a page.
const MOST: u32 = 1000;
/// The lines of a page when `_count` does not say.
const USUAL: u32 = 100;

/// Searches the history of a record.
pub(crate) async fn search<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    found(visit).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn found<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Result<Response, Refusal> {
    let base = &visit.door.base;
    let read = by_patient::read(visit.request, base, &["date", "_count", page::PARAMETER])
        .and_then(|asked| Ok((filter(&asked.given)?, asked)));
    let (filter, asked) = read.map_err(told)?;
    let nothing = || {
        let own = by_patient::url(base, "AuditEvent", None, &asked.given);
        Ok(Response::json(200, &searchset(base, 0, Vec::new(), own, None)))
    };
    let ins = match whose(&visit.desk.store, visit.caller, asked.patient.clone()).await {
        Ok(ins) => ins,
        Err(Refusal::Absent) => return nothing(),
        Err(refusal) => return Err(refusal),
    };
    let id = visit.desk.store.patient_id(&ins, visit.desk.clock.now()).await?;
    // A link is bound to what was asked, the patient included.
    let mut bound: Vec<(String, String)> =
        asked.given.iter().filter(|(name, _)| name != page::PARAMETER).cloned().collect();
    bound.push(("patient".to_owned(), id.map_or_else(|| ins.to_cx(), |id| id.bare())));
    let paging = match &filter.page {
        Some(sealed) => match page::open(&visit.door.page_key, visit.caller, &bound, sealed) {
            Some(paging) => paging,
            None => return Err(Refusal::of(not_your_link())),
        },
        None => Paging { count: Some(filter.count), ..Paging::default() },
    };
    let lines = match journey::read_history(visit.desk, visit.caller, TRANSACTION, &ins).await {
        Ok(lines) => lines,
        Err(Refusal::Absent) => return nothing(),
        Err(refusal) => return Err(refusal),
    };
    let cut = paging::cut(lines, &filter.dates, &paging);
    let frame = resource::Frame { base, patient: reference(id, &ins), systems: &visit.desk.mappings.systems };
    let resources = cut.lines.iter().map(|line| resource::write(line, &frame)).collect();
    let state = page::seal(&visit.door.page_key, visit.caller, &bound, &cut.next, visit.desk.ids.uuid());
    let next = state.map(|state| {
        let mut given: Vec<_> =
            asked.given.iter().filter(|(name, _)| name != page::PARAMETER).cloned().collect();
        given.push((page::PARAMETER.to_owned(), state));
        by_patient::url(base, "AuditEvent", id, &given)
    });
    let own = by_patient::url(base, "AuditEvent", id, &asked.given);
    Ok(Response::json(200, &searchset(base, cut.total, resources, own, next)))
}

struct Filter {
    dates: DateRange,
    count: u32,
    page: Option<String>,
}

fn filter(given: &[(String, String)]) -> Result<Filter, Vec<Finding>> {
    let mut filter = Filter { dates: DateRange::default(), count: USUAL, page: None };
    let mut findings = Vec::new();
    for (name, value) in given {
        match name.as_str() {
            "date" => match date::read(value) {
                Some(date) => date.narrow(&mut filter.dates),
                None => findings.push(refuse(
                    "date",
                    "date attendue, par exemple ge2026-01-31",
                    "expected a date, for instance ge2026-01-31",
                )),
            },
            "_count" => match value.parse::<u32>() {
                Ok(count) if count > 0 => filter.count = count.min(MOST),
                Ok(_) | Err(_) => {
                    findings.push(refuse("_count", "entier positif attendu", "expected a positive integer"))
                }
            },
            _ => filter.page = Some(value.clone()),
        }
    }
    if findings.is_empty() { Ok(filter) } else { Err(findings) }
}

fn not_your_link() -> Finding {
    refuse(
        page::PARAMETER,
        "ce lien de page a été modifié, ou fait pour un autre appelant ou une autre recherche : recommencer la recherche",
        "this page link was changed, or made for another caller or another search: start the search again",
    )
}

/// Contests an access that the history shows: it enters the review queue.
pub(crate) async fn contest<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Response {
    contested(visit, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn contested<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    id: &str,
) -> Result<Response, Refusal> {
    let id = EntryUuid::parse(id).map_err(|_| Refusal::Absent)?;
    let ins = only_whose(&visit.desk.store, visit.caller, visit.request, &visit.door.base).await?;
    // Only an event that the caller is shown can be contested.
    let lines: Vec<HistoryLine> = journey::read_history(visit.desk, visit.caller, TRANSACTION, &ins).await?;
    if !lines.iter().any(|line| line.id == id) {
        return Err(Refusal::Absent);
    }
    journey::choose(visit.desk, visit.caller, TRANSACTION, &ins, Choice::Contest(id)).await?;
    let done: Value = json!({"resourceType": "Parameters", "parameter": [
        {"name": "contested", "valueReference": {"reference": format!("AuditEvent/{}", id.bare())}},
    ]});
    Ok(Response::json(200, &done))
}
