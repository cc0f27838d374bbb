//! The extension isArchived: present once or not, with a boolean and nothing else.

use model::Finding;
use serde_json::{Value, json};

use super::{place, refused};
use crate::codec::same_url;
use crate::document_reference::url::IS_ARCHIVED;

/// The element.
pub(super) const EXTENSION: &str = "extension";

/// What archiving the patch asks for, if any.
pub(super) fn change(current: &Value, after: &Value, findings: &mut Vec<Finding>) -> Option<bool> {
    let before = state(current).unwrap_or(false);
    match state(after) {
        Some(after) if after != before => Some(after),
        Some(_) => None,
        None => {
            let form = valid_form(current, true);
            findings.push(refused(
                place(current, EXTENSION),
                format!("isArchived : une seule fois, avec un booléen dans valueBoolean et rien d'autre ; forme valide : {form}"),
                format!("isArchived: once, with a boolean in valueBoolean and nothing else; valid form: {form}"),
            ));
            None
        }
    }
}

/// False without the extension; `None` if it is not of the one valid form.
fn state(resource: &Value) -> Option<bool> {
    let Some(extensions) = resource.get(EXTENSION) else { return Some(false) };
    let mut ours = extensions.as_array()?.iter().filter(|extension| is_ours(extension));
    let Some(extension) = ours.next() else { return Some(false) };
    let members = extension.as_object().filter(|members| members.len() == 2 && ours.next().is_none())?;
    members.get("valueBoolean")?.as_bool()
}

fn is_ours(extension: &Value) -> bool {
    extension.get("url").and_then(Value::as_str).is_some_and(|url| same_url(url, IS_ARCHIVED))
}

/// The extensions that are not isArchived; what is no list at all is compared whole.
pub(super) fn others(extensions: &Value) -> Vec<&Value> {
    match extensions {
        Value::Array(items) => items.iter().filter(|extension| !is_ours(extension)).collect(),
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

/// The patch that archives this resource, or brings it back.
pub(super) fn valid_form(current: &Value, archived: bool) -> Value {
    let extensions = current.get(EXTENSION).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match extensions.iter().position(is_ours) {
        Some(index) => json!([
            {"op": "test", "path": format!("/extension/{index}/url"), "value": IS_ARCHIVED},
            {"op": "replace", "path": format!("/extension/{index}/valueBoolean"), "value": archived},
        ]),
        None => json!([
            {"op": "add", "path": "/extension/-", "value": {"url": IS_ARCHIVED, "valueBoolean": archived}},
        ]),
    }
}
