//! `GET openapi.json`: the same routes as an OpenAPI 3.1 description, for those who do not read a
//! CapabilityStatement. Made from the lines and the parameter tables; public.

use serde_json::{Map, Value, json};

use super::{FORMATS, parameter};
use crate::route::{self, Body, Line};
use crate::{Door, Response, media};

/// The name of the security scheme.
const TOKEN: &str = "token";

/// Answers the description.
pub(crate) fn openapi(door: &Door) -> Response {
    let body = description(&door.base).to_string().into_bytes();
    let Response { headers, .. } = Response::nothing();
    Response { headers, ..Response::bytes(200, "application/json".to_owned(), body) }
}

pub(super) fn description(base: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for line in route::lines() {
        let item = paths.entry(format!("/{}", line.path)).or_insert_with(|| json!({}));
        if let Some(members) = item.as_object_mut() {
            members.insert(line.method.to_ascii_lowercase(), operation(line));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Passerelle FHIR R4",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The routes of the FHIR door. What a resource holds is FHIR's to say: the CapabilityStatement at /metadata names the profiles.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "securitySchemes": {TOKEN: {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "IHE IUA access token; each operation names the scope that it needs.",
            }},
            "schemas": {"Resource": {
                "type": "object",
                "description": "A FHIR R4 resource.",
                "required": ["resourceType"],
                "properties": {"resourceType": {"type": "string"}},
            }},
            "responses": {"Refused": {
                "description": "Refused or failed: an OperationOutcome says what is wrong and what to do.",
                "content": resources(),
            }},
        },
    })
}

fn operation(line: &Line) -> Value {
    let parameters: Vec<Value> = ids(line).chain(criteria(line)).collect();
    let mut operation = Map::new();
    let mut put = |name: &str, value: Value| operation.insert(name.to_owned(), value);
    let subject = match line.path.split('/').next().unwrap_or_default() {
        "" => "system",
        first => first,
    };
    put("operationId", json!(name(line)));
    put("tags", json!([subject]));
    put("summary", json!(format!("{} /{} ({})", line.method, line.path, line.transaction)));
    if !parameters.is_empty() {
        put("parameters", Value::Array(parameters));
    }
    if matches!(line.method, "POST" | "PUT" | "PATCH")
        && let Some(body) = body(line)
    {
        put("requestBody", body);
    }
    put("responses", json!({"2XX": answer(line), "default": {"$ref": "#/components/responses/Refused"}}));
    let security = if line.public { json!([]) } else { json!([{TOKEN: [line.scope]}]) };
    put("security", security);
    Value::Object(operation)
}

/// A name that no other operation has: method and path.
fn name(line: &Line) -> String {
    let path: String = line.path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{}_{path}", line.method.to_ascii_lowercase())
}

fn ids(line: &Line) -> impl Iterator<Item = Value> {
    let names = [("{id}", "id"), ("{vid}", "vid")].into_iter().filter(|(slot, _)| line.path.contains(slot));
    names.map(|(_, name)| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
}

/// The criteria of a search by GET.
fn criteria(line: &Line) -> impl Iterator<Item = Value> {
    let rows = if line.method == "GET" && line.interaction.1 == "search-type" {
        parameter::of(line.interaction.0)
    } else {
        &[]
    };
    rows.iter().map(|(name, _, documentation)| {
        json!({"name": name, "in": "query", "description": documentation, "schema": {"type": "string"}})
    })
}

fn body(line: &Line) -> Option<Value> {
    match line.body {
        Body::Resource => Some(json!({"required": true, "content": resources()})),
        Body::Parameters => Some(json!({"content": resources()})),
        Body::Patch => Some(json!({"required": true, "content": media::PATCHES.iter().map(|kind| {
            let shape = if kind.ends_with("json-patch+json") { json!({"type": "array"}) } else { json!({}) };
            ((*kind).to_owned(), json!({"schema": shape}))
        }).collect::<Map<String, Value>>()})),
        Body::Form => {
            let rows = parameter::of(line.interaction.0);
            let properties: Map<String, Value> = rows
                .iter()
                .map(|(name, _, text)| ((*name).to_owned(), json!({"type": "string", "description": text})))
                .collect();
            let schema = json!({"type": "object", "properties": properties});
            (!rows.is_empty())
                .then(|| json!({"content": {"application/x-www-form-urlencoded": {"schema": schema}}}))
        }
    }
}

fn answer(line: &Line) -> Value {
    match line.interaction {
        ("Binary", _) => json!({"description": "The document.", "content": {"*/*": {}}}),
        (_, "delete") => json!({"description": "Done."}),
        _ => json!({"description": "Done.", "content": resources()}),
    }
}

/// FHIR in every format of the door.
fn resources() -> Value {
    let forms = FORMATS.iter().filter(|format| format.contains('/'));
    let content: Map<String, Value> = forms
        .map(|format| ((*format).to_owned(), json!({"schema": {"$ref": "#/components/schemas/Resource"}})))
        .collect();
    Value::Object(content)
}
