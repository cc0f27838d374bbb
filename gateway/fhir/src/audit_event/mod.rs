//! AuditEvent: the history of one record as its reader may see it (ITI-81), newest first, and contesting an access.

mod agents;
mod criteria;
mod kind;
mod paging;
mod resource;
#[cfg(test)]
mod tests;

use criteria::Criterion;
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
pub(crate) const PARAMETERS: [(&str, &str, &str); 15] = {
    let [
        id,
        action,
        kind,
        subtype,
        outcome,
        agent,
        role,
        entity,
        entity_id,
        entity_type,
        entity_role,
        source,
    ] = criteria::CRITERIA;
    let date = ("date", "date", "When: eq, ge, gt, le, lt, sa, eb; repeats.");
    [
        PATIENT,
        PATIENT_IDENTIFIER,
        date,
        id,
        action,
        kind,
        subtype,
        outcome,
        agent,
        role,
        entity,
        entity_id,
        entity_type,
        entity_role,
        source,
    ]
};

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
    let known: Vec<String> = criteria::spellings().collect();
    let known: Vec<&str> =
        known.iter().map(String::as_str).chain(["date", "_count", page::PARAMETER]).collect();
    let read =
        by_patient::read(visit.request, base, &known).and_then(|asked| Ok((filter(&asked.given)?, asked)));
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
    let frame = resource::Frame { base, patient: reference(id, &ins), systems: &visit.desk.mappings.systems };
    let lines = match filter.criteria.as_slice() {
        [] => lines,
        criteria => {
            let meets = |line: &HistoryLine| {
                let event = resource::write(line, &frame);
                criteria.iter().all(|criterion| criterion.is_met(&event, base))
            };
            lines.into_iter().filter(meets).collect()
        }
    };
    let cut = paging::cut(lines, &filter.dates, &paging);
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
    criteria: Vec<Criterion>,
    count: u32,
    page: Option<String>,
}

fn filter(given: &[(String, String)]) -> Result<Filter, Vec<Finding>> {
    let mut filter = Filter { dates: DateRange::default(), criteria: Vec::new(), count: USUAL, page: None };
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
            page::PARAMETER => filter.page = Some(value.clone()),
            other => filter.criteria.extend(criteria::read(other, value)),
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

/// Reads one event of the history, as the search shows it.
pub(crate) async fn read<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Response {
    one(visit, id).await.unwrap_or_else(|refusal| visit.teller.refusal(&refusal))
}

async fn one<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: &str) -> Result<Response, Refusal> {
    let id = EntryUuid::parse(id).map_err(|_| Refusal::Absent)?;
    let base = &visit.door.base;
    let ins = only_whose(&visit.desk.store, visit.caller, visit.request, base).await?;
    let lines = journey::read_history(visit.desk, visit.caller, TRANSACTION, &ins).await?;
    let line = lines.iter().find(|line| line.id == id).ok_or(Refusal::Absent)?;
    let patient = visit.desk.store.patient_id(&ins, visit.desk.clock.now()).await?;
    let frame =
        resource::Frame { base, patient: reference(patient, &ins), systems: &visit.desk.mappings.systems };
    Ok(Response::json(200, &resource::write(line, &frame)))
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
