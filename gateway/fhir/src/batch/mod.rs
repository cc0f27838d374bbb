//! `Bundle.type = batch`: reads sent together (FHIR R4 §3.1.0.11), each decided, answered and audited on its own, in
//! their order, as if it had come alone.

mod answer;
#[cfg(test)]
mod tests;

use journey::{Clock, Ids, Store};
use model::{Finding, Rule};
use serde_json::{Value, json};

use crate::codec::Element;
use crate::{FHIR_JSON, Request, Response, Visit, dispatch, media, route};

/// What the CapabilityStatement calls it.
pub(crate) const INTERACTION: &str = "batch";

/// The most reads of one batch: five pages of twenty documents, which is how the DMP's software goes through a
/// record. More would hold one caller's turn for long.
pub(crate) const MOST: usize = 100;

/// True if the resource is a batch.
pub(crate) fn is_one(resource: &Value) -> bool {
    let root = Element::root(resource);
    root.kind() == "Bundle" && root.text("type") == Some("batch")
}

/// Answers every entry.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    bundle: &Value,
) -> Response {
    let root = Element::root(bundle);
    let entries = root.all("entry");
    if entries.len() > MOST {
        let (fr, en) = (format!("plus de {MOST} entrées"), format!("more than {MOST} entries"));
        let finding = Finding::new(Rule::MessageIsNotTooLarge).at(root.place_of("entry")).detail(fr, en);
        return visit.teller.refuse(&[finding]);
    }
    let mut answered = Vec::new();
    let (mut size, mut cause, mut out_of_scope) = (0_usize, None, Vec::new());
    for entry in &entries {
        let response = if size > visit.door.limits.bytes {
            let (fr, en) =
                ("la réponse du lot serait trop grande", "the answer of the batch would be too large");
            let finding = Finding::new(Rule::MessageIsNotTooLarge).at(entry.place()).detail(fr, en);
            visit.teller.refuse_with(413, &[finding])
        } else {
            one(visit, entry).await
        };
        size = size.saturating_add(response.resource.as_ref().map_or(0, answer::size));
        answered.push(answer::entry(&response));
        cause = cause.or(response.cause);
        out_of_scope.extend(response.out_of_scope);
    }
    let mut bundle = json!({"resourceType": "Bundle", "type": "batch-response"});
    if let (false, Some(members)) = (answered.is_empty(), bundle.as_object_mut()) {
        members.insert("entry".into(), Value::Array(answered));
    }
    Response { cause, out_of_scope, ..Response::json(200, &bundle) }
}

/// Answers one entry as the request that it stands for.
async fn one<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, entry: &Element<'_>) -> Response {
    let teller = visit.teller;
    let Some(asked) = entry.get("request") else { return teller.refuse(&[entry.missing("request")]) };
    let (Some(method), Some(url)) = (asked.text("method"), asked.text("url")) else {
        let missing = ["method", "url"].into_iter().filter(|name| !asked.has(name));
        return teller.refuse(&missing.map(|name| asked.missing(name)).collect::<Vec<_>>());
    };
    if method != "GET" {
        let finding = Finding::new(Rule::TransactionIsSupported)
            .at(asked.place_of("method"))
            .detail("un lot (batch) ne porte que des lectures (GET)", "a batch holds reads only (GET)");
        return teller.refuse_with(405, &[finding]);
    }
    let below =
        url.strip_prefix(&visit.door.base).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let (path, query) = below.unwrap_or(url).split_once('?').unwrap_or((below.unwrap_or(url), ""));
    // What an entry is answered with is a resource, whatever the format of the whole.
    let query: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("_format=")).collect();
    let request = Request {
        method: "GET",
        path: path.trim_matches('/'),
        query: &query.join("&"),
        accept: Some(FHIR_JSON),
        accept_language: visit.request.accept_language,
        prefer: visit.request.prefer,
        if_none_match: asked.text("ifNoneMatch"),
        ..Request::default()
    };
    let (line, call) = match route::call(&request) {
        Ok(found) => found,
        Err(unrouted) => return unrouted.tell(&teller),
    };
    if !line.public && !visit.scopes.cover(line.scope) {
        return teller.out_of_scope(line.scope);
    }
    if let Err(response) = media::acceptable(&request, line, &visit.door.limits, &teller) {
        return *response;
    }
    let response = dispatch(Visit { request: &request, ..*visit }, call).await;
    if response.resource.is_none() && response.status == 200 {
        // It flows past; or it is no FHIR (the OpenAPI description).
        let (fr, en) =
            ("à demander seul : trop grand pour un lot", "to be asked for alone: too large for a batch");
        let finding = Finding::new(Rule::MessageIsNotTooLarge).at(asked.place_of("url")).detail(fr, en);
        return teller.refuse_with(413, &[finding]);
    }
    response
}
