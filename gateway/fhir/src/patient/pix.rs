//! The cross-reference of a person's identifiers (IHE ITI PIXm 3.1.0, ITI-83): `Patient/$ihe-pix`.

use journey::{Clock, Existence, Ids, People, PeopleAsk, Refusal, Store};
use model::{EntryUuid, Ins, Oid};
use serde_json::{Value, json};

use super::ask::known;
use super::own_id;
use crate::codec::Element;
use crate::search::{pairs, refuse, token};
use crate::{Response, Visit, incoming};

/// The operation.
pub(crate) const NAME: &str = "$ihe-pix";
/// Its transaction.
pub(crate) const TRANSACTION: &str = "ITI-83";

/// Target systems that one question may name.
const MOST_TARGETS: usize = 20;

/// A question as written: the source, then the targets.
struct Asked {
    source: (String, String),
    targets: Vec<String>,
}

/// Whom the source names.
enum Source {
    Identifier(Ins),
    Id(EntryUuid),
}

/// Answers the identifiers of the person that one of them names.
pub(crate) async fn cross_reference<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let teller = &visit.teller;
    let asked = match read(visit) {
        Ok(asked) => asked,
        Err(refusal) => return teller.refusal(&refusal),
    };
    let base = &visit.door.base;
    let (system, value) = &asked.source;
    let source = if system == base {
        match own_id(value, base).or_else(|| EntryUuid::parse(value).ok()) {
            Some(id) => Source::Id(id),
            None => return unknown_source(visit),
        }
    } else {
        let Some(domain) = known(system, &visit.desk.pack) else {
            let told =
                ("Domaine de sourceIdentifier inconnu ici.", "Domain of sourceIdentifier not known here.");
            return failure(
                visit,
                400,
                "code-invalid",
                told,
                "sourceIdentifier Assigning Authority not found",
            );
        };
        // A number that is none names nobody.
        match Ins::parse_any(value, domain.as_str()) {
            Ok(ins) => Source::Identifier(ins),
            Err(_) => return unknown_source(visit),
        }
    };
    let mut targets = Vec::new();
    for target in asked.targets.iter().filter(|target| *target != base) {
        let Some(domain) = known(target, &visit.desk.pack) else {
            let told = ("Domaine de targetSystem inconnu ici.", "Domain of targetSystem not known here.");
            return failure(visit, 403, "code-invalid", told, "targetSystem not found");
        };
        targets.push(domain);
    }
    let ask = match &source {
        Source::Identifier(ins) => PeopleAsk { identifiers: vec![vec![ins.clone()]], ..PeopleAsk::default() },
        Source::Id(id) => PeopleAsk { ids: vec![vec![*id]], ..PeopleAsk::default() },
    };
    match journey::find_people(visit.desk, visit.caller, TRANSACTION, &ask).await {
        Ok(People::Found(people)) => match people.first() {
            Some(one) => {
                let all = asked.targets.is_empty();
                let id = (all || asked.targets.contains(base)).then_some(one.existence.id);
                let wanted = |domain: &Oid| all || targets.contains(domain);
                Response::json(200, &parameters(visit, &source, &one.existence, id, wanted))
            }
            None => unknown_source(visit),
        },
        Ok(People::TooMany) => unknown_source(visit),
        Err(refusal) => teller.refusal(&refusal),
    }
}

fn read<S, C, I>(visit: &Visit<'_, S, C, I>) -> Result<Asked, Refusal> {
    let mut given = pairs(visit.request.query).map_err(Refusal::of)?;
    if visit.request.method == "POST" && !visit.request.body.is_empty() {
        given.extend(of_body(visit)?);
    }
    let (mut source, mut targets, mut findings) = (None, Vec::new(), Vec::new());
    for (name, value) in given {
        match name.as_str() {
            "sourceIdentifier" if source.is_none() => source = Some(value),
            "sourceIdentifier" => {
                findings.push(refuse("sourceIdentifier", "une seule fois", "once only"));
            }
            "targetSystem" => {
                targets
                    .extend(token::texts(&value).into_iter().map(|one| one.trim_end_matches('/').to_owned()));
            }
            "_format" | "_pretty" => {}
            other if super::strict(visit.request.prefer) => {
                findings.push(refuse(other, "paramètre non pris en charge", "parameter not supported"));
            }
            _ => {}
        }
    }
    let tokens = source.as_deref().map(token::tokens).unwrap_or_default();
    let source = match tokens.as_slice() {
        [token::Token { system: Some(system), code }] if !system.is_empty() && !code.is_empty() => {
            Some((system.trim_end_matches('/').to_owned(), code.clone()))
        }
        _ => None,
    };
    if targets.len() > MOST_TARGETS {
        findings.push(refuse("targetSystem", "au plus 20", "20 at the most"));
    }
    let Some(source) = source else {
        findings.push(refuse(
            "sourceIdentifier",
            "obligatoire, une fois : urn:oid:<oid>|<identifiant>",
            "required, once: urn:oid:<oid>|<identifier>",
        ));
        return Err(incoming::told(findings));
    };
    incoming::refused(findings)?;
    Ok(Asked { source, targets })
}

/// The parameters of a POST, as those of a query.
fn of_body<S, C, I>(visit: &Visit<'_, S, C, I>) -> Result<Vec<(String, String)>, Refusal> {
    let body = incoming::resource(visit.request, &visit.door.limits, "Parameters")?;
    let mut given = Vec::new();
    for parameter in Element::root(&body).all("parameter") {
        let name = parameter.text("name").unwrap_or_default().to_owned();
        let text = ["valueString", "valueUri", "valueUrl", "valueCanonical"]
            .into_iter()
            .find_map(|kind| parameter.text(kind))
            .map(str::to_owned);
        let identifier = parameter.get("valueIdentifier").map(|identifier| {
            let part = |name| identifier.text(name).unwrap_or_default().replace('\\', "\\\\");
            format!("{}|{}", part("system"), part("value")).replace(',', "\\,")
        });
        given.extend(text.or(identifier).map(|value| (name, value)));
    }
    Ok(given)
}

fn parameters<S, C, I>(
    visit: &Visit<'_, S, C, I>,
    source: &Source,
    found: &Existence,
    id: Option<EntryUuid>,
    wanted: impl Fn(&Oid) -> bool,
) -> Value {
    let known = found.identity.further.identifiers.iter().filter(|one| visit.desk.pack.knows(one.domain()));
    let is_source = |one: &Ins| matches!(source, Source::Identifier(asked) if asked == one);
    let mut told: Vec<Value> = std::iter::once(&found.identity.ins)
        .chain(known)
        .filter(|one| !is_source(one) && wanted(&one.authority()))
        .map(|one| {
            let value = json!({"system": one.authority().urn(), "value": one.number()});
            json!({"name": "targetIdentifier", "valueIdentifier": value})
        })
        .collect();
    if let Some(id) = id {
        let reference = format!("{}/Patient/{}", visit.door.base, id.bare());
        told.push(json!({"name": "targetId", "valueReference": {"reference": reference}}));
    }
    let mut parameters = json!({"resourceType": "Parameters"});
    if let (false, Some(parameters)) = (told.is_empty(), parameters.as_object_mut()) {
        parameters.insert("parameter".to_owned(), Value::Array(told));
    }
    parameters
}

/// Unknown, and hidden from this caller: one answer.
fn unknown_source<S, C, I>(visit: &Visit<'_, S, C, I>) -> Response {
    let told = ("Identifiant source inconnu.", "Source identifier not known.");
    failure(visit, 404, "not-found", told, "sourceIdentifier Patient Identifier not found")
}

/// PIXm 3.1.0 §2:3.83.4.2.2: a failure with the diagnostics that it prescribes.
fn failure<S, C, I>(
    visit: &Visit<'_, S, C, I>,
    status: u16,
    code: &str,
    (fr, en): (&str, &str),
    diagnostics: &str,
) -> Response {
    let issue = json!({"severity": "error", "code": code, "details": {"text": visit.teller.pick(fr, en)},
        "diagnostics": diagnostics});
    Response::json(status, &json!({"resourceType": "OperationOutcome", "issue": [issue]}))
}
