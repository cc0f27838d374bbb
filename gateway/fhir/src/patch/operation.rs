//! The operations of a JSON Patch (RFC 6902): test, add, remove and replace.

use model::Finding;
use serde_json::{Map, Value};

use super::pointer::Pointer;
use super::{archived, refused};
use crate::codec::json::unreadable;
use crate::codec::same_url;
use crate::document_reference::url::IS_ARCHIVED;

/// More operations than three things that may change will ever need.
pub(super) const MOST: usize = 100;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Test,
    Add,
    Remove,
    Replace,
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Operation {
    /// Its number for people, from 1.
    pub(super) number: usize,
    pub(super) kind: Kind,
    pub(super) pointer: Pointer,
    /// Null for a removal.
    pub(super) value: Value,
}

/// Reads the operations, telling everything that is none. `pseudo_paths`: `/extension[url:…]/valueBoolean` of PDSm's
/// own examples is read as the valid form of what it means.
pub(super) fn read(
    patch: &Value,
    current: &Value,
    pseudo_paths: bool,
) -> Result<Vec<Operation>, Vec<Finding>> {
    let Value::Array(items) = patch else {
        return Err(vec![unreadable(
            "un JSON Patch est un tableau d'opérations (RFC 6902)",
            "a JSON Patch is an array of operations (RFC 6902)",
        )]);
    };
    if items.len() > MOST {
        return Err(vec![unreadable(
            format!("plus de {MOST} opérations dans le patch"),
            format!("more than {MOST} operations in the patch"),
        )]);
    }
    let (mut operations, mut findings) = (Vec::new(), Vec::new());
    for (item, number) in items.iter().zip(1..) {
        let meant = if pseudo_paths { archiving(item, current) } else { None };
        let read = match meant.as_ref().and_then(Value::as_array) {
            Some(meant) => meant.iter().map(|one| operation(one, number, current)).collect(),
            None => operation(item, number, current).map(|operation| vec![operation]),
        };
        match read {
            Ok(read) => operations.extend(read),
            Err(finding) => findings.push(*finding),
        }
    }
    if findings.is_empty() { Ok(operations) } else { Err(findings) }
}

fn operation(item: &Value, number: usize, current: &Value) -> Result<Operation, Box<Finding>> {
    let unreadable = |fr: &str, en: &str| {
        Box::new(unreadable(format!("opération {number} : {fr}"), format!("operation {number}: {en}")))
    };
    let Value::Object(members) = item else {
        return Err(unreadable("un objet est attendu", "an object is expected"));
    };
    let path = text(members, "path")
        .ok_or_else(|| unreadable("path manque ou n'est pas un texte", "path is missing or no text"))?
        .to_owned();
    let kind = match text(members, "op") {
        Some("test") => Kind::Test,
        Some("add") => Kind::Add,
        Some("remove") => Kind::Remove,
        Some("replace") => Kind::Replace,
        Some(name @ ("move" | "copy")) => return Err(Box::new(moved(name, number, &path, current))),
        _ => {
            return Err(unreadable(
                "op attendu : test, add, remove ou replace",
                "expected op: test, add, remove or replace",
            ));
        }
    };
    if path.starts_with("/extension[") || path.starts_with("/extension(") {
        return Err(Box::new(pseudo_path(number, current)));
    }
    let pointer = Pointer::parse(&path).ok_or_else(|| {
        unreadable(
            "path n'est pas un JSON Pointer (RFC 6901), par exemple /securityLabel/0",
            "path is no JSON Pointer (RFC 6901), for instance /securityLabel/0",
        )
    })?;
    let value = match (kind, members.get("value")) {
        (Kind::Remove, _) => Value::Null,
        (_, Some(value)) => value.clone(),
        (_, None) => return Err(unreadable("value manque", "value is missing")),
    };
    Ok(Operation { number, kind, pointer, value })
}

/// The valid form of an operation that archives, or brings back, by the pseudo-path of the guide; `None` for any other.
fn archiving(item: &Value, current: &Value) -> Option<Value> {
    let members = item.as_object()?;
    let url = text(members, "path")?.strip_prefix("/extension[url:")?.strip_suffix("]/valueBoolean")?;
    let sets = matches!(text(members, "op")?, "add" | "replace");
    let archived = members.get("value")?.as_bool()?;
    (sets && same_url(url, IS_ARCHIVED)).then(|| archived::valid_form(current, archived))
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name).and_then(Value::as_str)
}

/// The refusal of what moves things about.
pub(super) fn moved(name: &str, number: usize, path: &str, current: &Value) -> Finding {
    let place = Pointer::parse(path).map(|pointer| pointer.place(current)).unwrap_or_default();
    refused(
        place,
        format!("opération {number} : {name} n'est pas accepté ; utiliser add, remove ou delete, et replace"),
        format!("operation {number}: {name} is not accepted; use add, remove or delete, and replace"),
    )
}

/// The path that the guide documents and that is no JSON Pointer.
fn pseudo_path(number: usize, current: &Value) -> Finding {
    let form = archived::valid_form(current, true);
    refused(
        super::place(current, "extension"),
        format!("opération {number} : /extension[url:…] n'est pas un JSON Pointer ; forme valide : {form}"),
        format!("operation {number}: /extension[url:…] is no JSON Pointer; valid form: {form}"),
    )
}
