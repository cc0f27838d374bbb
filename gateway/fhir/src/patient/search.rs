//! The search of Patient and its searchset.

use journey::{Clock, FoundPerson, Ids, MOST_PEOPLE, People, Store};
use serde_json::{Value, json};

use super::ask::{self, Asked};
use super::{TRANSACTION, style, write_replaced};
use crate::outcome::Teller;
use crate::search::refuse;
use crate::{Response, Visit};

/// Searches people.
pub(crate) async fn search<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let teller = &visit.teller;
    let asked = match ask::read(visit.request, &visit.desk.pack, &visit.door.base) {
        Ok(asked) if asked.unknown_domain => return unknown_domain(teller),
        Ok(asked) => asked,
        Err(findings) => return teller.refuse(&findings),
    };
    match journey::find_people(visit.desk, visit.caller, TRANSACTION, &asked.people).await {
        Ok(People::Found(people)) => searchset(visit, &asked, &people),
        Ok(People::TooMany) => teller.refuse(&[too_many()]),
        Err(refusal) => teller.refusal(&refusal),
    }
}

/// PDQm 3.2.0 §2:3.78.4.1.3: a domain that this server does not know.
fn unknown_domain(teller: &Teller<'_>) -> Response {
    let text = teller.pick("Domaine d'identifiant inconnu ici.", "Identifier domain not known here.");
    let issue = json!({"severity": "warning", "code": "not-found", "details": {"text": text},
        "diagnostics": "targetSystem not found"});
    Response::json(404, &json!({"resourceType": "OperationOutcome", "issue": [issue]}))
}

pub(super) fn too_many() -> model::Finding {
    refuse(
        "family",
        format!("plus de {MOST_PEOPLE} personnes répondent, ou trop à examiner : ajouter des critères"),
        format!("more than {MOST_PEOPLE} people answer, or too many to look at: add criteria"),
    )
}

fn searchset<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    asked: &Asked,
    people: &[FoundPerson],
) -> Response {
    let style = style(visit, asked.domains.as_deref());
    let shown: Vec<&FoundPerson> = people.iter().filter(|one| style.shows(&one.existence)).collect();
    let entry = |id: model::EntryUuid, resource: Value, mode: &str| {
        json!({"fullUrl": format!("{}/Patient/{}", visit.door.base, id.bare()), "resource": resource,
            "search": {"mode": mode}})
    };
    let mut entries = Vec::new();
    for one in shown.iter().take(asked.count.unwrap_or(usize::MAX)) {
        let survivor = style.write(&one.existence);
        match &one.former {
            Some(former) => {
                entries.push(entry(former.id, write_replaced(former, &one.existence), "match"));
                entries.push(entry(one.existence.id, survivor, "include"));
            }
            None => entries.push(entry(one.existence.id, survivor, "match")),
        }
    }
    let mut bundle = json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": shown.len(),
        "link": [{"relation": "self", "url": format!("{}/Patient{}", visit.door.base, asked.used)}],
    });
    if let (false, Some(bundle)) = (entries.is_empty(), bundle.as_object_mut()) {
        bundle.insert("entry".into(), Value::Array(entries));
    }
    Response::json(200, &bundle)
}
