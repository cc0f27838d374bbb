//! `GET SearchParameter` and `GET OperationDefinition`, by id or as a search: public, as what they define is.

use model::Finding;
use serde_json::{Value, json};

use super::{DATE, operation, parameter};
use crate::outcome::Teller;
use crate::search::{pairs, refuse};
use crate::{Door, Request, Response};

/// What is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defined {
    /// Search parameters.
    Parameters,
    /// Operations.
    Operations,
}

/// One definition; 404 for what is none.
pub(crate) fn read(door: &Door, defined: Defined, id: &str, teller: &Teller<'_>) -> Response {
    let found =
        all(&door.base, defined).into_iter().find(|one| one.get("id").and_then(Value::as_str) == Some(id));
    match found {
        Some(one) => Response::json(200, &one),
        None => teller.absent(),
    }
}

/// The definitions that match every parameter given.
pub(crate) fn search(door: &Door, defined: Defined, request: &Request<'_>, teller: &Teller<'_>) -> Response {
    match found(&door.base, defined, request.query) {
        Ok(found) => Response::json(200, &bundle(&door.base, defined, request.query, found)),
        Err(finding) => teller.refuse(&[finding]),
    }
}

fn found(base: &str, defined: Defined, query: &str) -> Result<Vec<Value>, Finding> {
    let mut found = all(base, defined);
    for (name, value) in pairs(query)? {
        let element = match name.as_str() {
            "_id" => "id",
            "url" | "code" => name.as_str(),
            "_format" | "_pretty" | "_count" | "_summary" => continue,
            other => {
                let (fr, en) = ("paramètres connus : _id, url, code", "known parameters: _id, url, code");
                return Err(refuse(other, fr, en));
            }
        };
        let is_it = |one: &Value| {
            let written = one.get(element).and_then(Value::as_str);
            value.split(',').any(|value| Some(value) == written)
        };
        found.retain(is_it);
    }
    Ok(found)
}

fn bundle(base: &str, defined: Defined, query: &str, found: Vec<Value>) -> Value {
    let kind = match defined {
        Defined::Parameters => "SearchParameter",
        Defined::Operations => "OperationDefinition",
    };
    let own = if query.is_empty() { format!("{base}/{kind}") } else { format!("{base}/{kind}?{query}") };
    let total = found.len();
    let entries: Vec<Value> = found
        .into_iter()
        .map(|one| json!({"fullUrl": one.get("url"), "resource": one, "search": {"mode": "match"}}))
        .collect();
    let mut bundle = json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": [{"relation": "self", "url": own}],
    });
    if let (false, Some(members)) = (entries.is_empty(), bundle.as_object_mut()) {
        members.insert("entry".into(), Value::Array(entries));
    }
    bundle
}

fn all(base: &str, defined: Defined) -> Vec<Value> {
    match defined {
        Defined::Parameters => parameter::definitions(base, DATE),
        Defined::Operations => operation::definitions(base, DATE),
    }
}
