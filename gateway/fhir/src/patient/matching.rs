//! `Patient/$match` (IHE PDQm 3.2.0, ITI-119): the people whom a description fits, each with its grade. By number for
//! whoever may ask whether a record exists; by traits for regulation centres.

use journey::{Clock, Description, Grade, Ids, MatchAsk, Matched, Refusal, Store};
use model::{Finding, Ins, Sex};
use serde_json::{Value, json};

use super::ask::known;
use super::reference::ins_of_identifier;
use super::resource::{BIRTH_PLACE, INSEE_CODE};
use super::search::too_many;
use super::style;
use crate::codec::{Element, time};
use crate::{Response, Visit, incoming};

/// The operation.
pub(crate) const NAME: &str = "$match";
/// Its transaction.
pub(crate) const TRANSACTION: &str = "ITI-119";

const GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";

/// Answers whom a description fits.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let ask = match read(visit) {
        Ok(ask) => ask,
        Err(refusal) => return visit.teller.refusal(&refusal),
    };
    match journey::match_people(visit.desk, visit.caller, TRANSACTION, &ask).await {
        Ok(Some(people)) => Response::json(200, &searchset(visit, &people)),
        Ok(None) => visit.teller.refuse(&[too_many()]),
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

/// The parameters, or the bare Patient.
fn read<S, C, I>(visit: &Visit<'_, S, C, I>) -> Result<MatchAsk, Refusal> {
    let body = incoming::read(visit.request, &visit.door.limits).map_err(incoming::told)?;
    let at = Element::root(&body);
    match at.kind() {
        "Patient" => {
            let description = described(&at, visit)?;
            Ok(MatchAsk { description, only_certain: false, count: None })
        }
        "Parameters" => of_parameters(&at, visit),
        _ => Err(Refusal::of(at.wrong(
            "ressource attendue : Parameters avec resource, ou Patient",
            "expected resource: Parameters with resource, or Patient",
        ))),
    }
}

fn of_parameters<S, C, I>(at: &Element<'_>, visit: &Visit<'_, S, C, I>) -> Result<MatchAsk, Refusal> {
    let (mut description, mut only_certain, mut count) = (None, false, None);
    for parameter in at.all("parameter") {
        match parameter.text("name").unwrap_or_default() {
            "resource" => {
                let patient = parameter.get("resource").filter(|resource| resource.kind() == "Patient");
                let patient = patient.filter(|_| description.is_none());
                let patient = patient.ok_or_else(|| {
                    Refusal::of(parameter.wrong("un seul Patient attendu", "expected one Patient"))
                })?;
                description = Some(described(&patient, visit)?);
            }
            "onlyCertainMatches" => only_certain = parameter.boolean("valueBoolean").unwrap_or(false),
            "count" => match parameter.number("valueInteger").and_then(|number| usize::try_from(number).ok())
            {
                Some(most @ 1..) => count = Some(most),
                Some(_) | None => {
                    let (fr, en) =
                        ("count attendu : un nombre à partir de 1", "expected count: a number from 1 on");
                    return Err(Refusal::of(parameter.wrong(fr, en)));
                }
            },
            _ => {}
        }
    }
    match description {
        Some(description) => Ok(MatchAsk { description, only_certain, count }),
        None => Err(Refusal::of(at.missing("parameter"))),
    }
}

/// What a Patient says that people are compared by.
fn described<S, C, I>(patient: &Element<'_>, visit: &Visit<'_, S, C, I>) -> Result<Description, Refusal> {
    let names = patient.all("name");
    let named = names.iter().find(|name| name.text("use") == Some("official")).or(names.first());
    let birth_date = match patient.text("birthDate").map(time::date) {
        Some(Some(date)) => Some(date),
        None => None,
        Some(None) => {
            let (fr, en) = ("date attendue : AAAA[-MM[-JJ]]", "expected a date: YYYY[-MM[-DD]]");
            return Err(Refusal::of(patient.wrong(fr, en).at(patient.place_of("birthDate"))));
        }
    };
    let place = patient.extension(BIRTH_PLACE).and_then(|place| {
        let code = place.get("valueAddress")?.extension(INSEE_CODE)?.get("valueCoding")?;
        code.text("code").map(str::to_owned)
    });
    Ok(Description {
        number: number(patient, visit).map_err(Refusal::of)?,
        family: named.and_then(|name| name.text("family")).map(str::to_owned),
        given: named.and_then(|name| name.value().get("given")?.get(0)?.as_str()).map(str::to_owned),
        birth_date,
        sex: match patient.text("gender") {
            Some("male") => Some(Sex::Male),
            Some("female") => Some(Sex::Female),
            Some(_) | None => None,
        },
        birth_place: place,
    })
}

/// A number in a domain that is known here; a wrong one is told, one of elsewhere says nothing.
fn number<S, C, I>(patient: &Element<'_>, visit: &Visit<'_, S, C, I>) -> Result<Option<Ins>, Finding> {
    for identifier in patient.all("identifier") {
        let Some(domain) = identifier.text("system").and_then(|system| known(system, &visit.desk.pack))
        else {
            continue;
        };
        match ins_of_identifier(&identifier) {
            Some(read) => return read.map(Some),
            None if model::InsDomain::of(domain.as_str()).is_some() => {}
            None => {
                let value = identifier.text("value").unwrap_or_default();
                let read = Ins::parse_any(value, domain.as_str());
                return read.map(Some).map_err(|why| identifier.malformed("value", why));
            }
        }
    }
    Ok(None)
}

fn searchset<S, C, I>(visit: &Visit<'_, S, C, I>, people: &[Matched]) -> Value {
    let style = style(visit, None);
    let entries = people.iter().map(|one| {
        let grade = match one.likeness.grade {
            Grade::Certain => "certain",
            Grade::Probable => "probable",
            Grade::Possible => "possible",
        };
        let existence = &one.person.existence;
        json!({
            "fullUrl": format!("{}/Patient/{}", visit.door.base, existence.id.bare()),
            "resource": style.write(existence),
            "search": {
                "extension": [{"url": GRADE, "valueCode": grade}],
                "mode": "match",
                "score": f64::from(one.likeness.score) / 100.0,
            },
        })
    });
    let entries: Vec<Value> = entries.collect();
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": people.len()});
    if let (false, Some(bundle)) = (entries.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), Value::Array(entries));
    }
    bundle
}
