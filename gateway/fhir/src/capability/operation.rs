//! The operations: what the CapabilityStatement lists and what `GET OperationDefinition` defines (R4
//! OperationDefinition). An operation is a route whose last step begins with `$`; nothing is listed by hand.

use serde_json::{Value, json};

use super::known;
use crate::habilitation_matrix;
use crate::route::{self, Line};

/// One operation on one type (empty: the system), with every line that answers it.
#[derive(Debug)]
struct Operation {
    name: &'static str,
    kind: &'static str,
    system: bool,
    on_type: bool,
    instance: bool,
    /// A GET answers it as well: it changes nothing.
    safe: bool,
    transaction: &'static str,
}

/// `operation` of the system (empty type) or of a resource type.
pub(super) fn listed(base: &str, kind: &str) -> Vec<Value> {
    let ours = all().into_iter().filter(|one| one.kind == kind);
    ours.map(|one| {
        let mut listed = json!({"name": one.name, "definition": url(base, &one)});
        if let (Some(text), Some(members)) = (documentation(one.name), listed.as_object_mut()) {
            members.insert("documentation".into(), json!(text));
        }
        listed
    })
    .collect()
}

/// Every OperationDefinition.
pub(super) fn definitions(base: &str, date: &str) -> Vec<Value> {
    all().iter().map(|one| definition(base, date, one)).collect()
}

fn definition(base: &str, date: &str, one: &Operation) -> Value {
    let mut written = json!({
        "resourceType": "OperationDefinition",
        "id": id(one),
        "url": url(base, one),
        "name": super::identifier(&id(one)),
        "status": "active",
        "kind": if one.safe { "query" } else { "operation" },
        "date": date,
        "description": documentation(one.name).map_or_else(
            || format!("Transaction {} of this server.", one.transaction),
            str::to_owned,
        ),
    });
    let Some(members) = written.as_object_mut() else { return written };
    if one.safe || WITHOUT_EFFECT.contains(&one.name) {
        members.insert("affectsState".into(), json!(false));
    }
    members.insert("code".into(), json!(one.name));
    if let Some(canonical) = known::operation(one.name) {
        members.insert("base".into(), json!(canonical));
    }
    if !one.kind.is_empty() {
        members.insert("resource".into(), json!([one.kind]));
    }
    members.insert("system".into(), json!(one.system));
    members.insert("type".into(), json!(one.on_type));
    members.insert("instance".into(), json!(one.instance));
    written
}

/// Operations that are called by POST and change nothing.
const WITHOUT_EFFECT: [&str; 2] = ["validate", "match"];

fn documentation(name: &str) -> Option<&'static str> {
    (name == habilitation_matrix::NAME).then_some(habilitation_matrix::DOCUMENTATION)
}

fn url(base: &str, one: &Operation) -> String {
    format!("{base}/OperationDefinition/{}", id(one))
}

fn id(one: &Operation) -> String {
    match one.kind {
        "" => one.name.to_owned(),
        kind => format!("{kind}-{}", one.name),
    }
}

/// The operations in the order of their first lines.
fn all() -> Vec<Operation> {
    let mut all: Vec<Operation> = Vec::new();
    for line in route::lines() {
        let Some((kind, name)) = named(line) else { continue };
        let at = match all.iter().position(|one| one.kind == kind && one.name == name) {
            Some(at) => at,
            None => {
                all.push(Operation {
                    name,
                    kind,
                    system: false,
                    on_type: false,
                    instance: false,
                    safe: false,
                    transaction: line.transaction,
                });
                all.len() - 1
            }
        };
        if let Some(one) = all.get_mut(at) {
            one.safe |= line.method == "GET";
            one.instance |= line.path.contains("/{id}/");
            one.system |= kind.is_empty();
            one.on_type |= !kind.is_empty() && !line.path.contains("/{id}/");
        }
    }
    all
}

/// Type and name of the operation that a line answers.
fn named(line: &Line) -> Option<(&'static str, &'static str)> {
    let mut steps = line.path.rsplit('/');
    let name = steps.next()?.strip_prefix('$')?;
    Some((steps.next_back().unwrap_or_default(), name))
}
