//! One operation on a JSON value (RFC 6902 §4).

use serde_json::Value;

use super::operation::{Kind, Operation};
use super::pointer::index;

/// The path points at nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NothingThere;

/// Applies an operation that changes something below the top of the resource.
pub(super) fn apply(operation: &Operation, resource: &mut Value) -> Result<(), NothingThere> {
    let (last, parents) = operation.pointer.tokens().split_last().ok_or(NothingThere)?;
    let parent = parents.iter().try_fold(resource, child_mut).ok_or(NothingThere)?;
    match (parent, operation.kind) {
        (_, Kind::Test) => Ok(()),
        (Value::Object(members), Kind::Add) => {
            members.insert(last.clone(), operation.value.clone());
            Ok(())
        }
        (Value::Object(members), Kind::Replace) => {
            *members.get_mut(last).ok_or(NothingThere)? = operation.value.clone();
            Ok(())
        }
        (Value::Object(members), Kind::Remove) => members.shift_remove(last).map(|_| ()).ok_or(NothingThere),
        (Value::Array(items), Kind::Add) => {
            let at = if last == "-" { Some(items.len()) } else { index(last) };
            let at = at.filter(|at| *at <= items.len()).ok_or(NothingThere)?;
            items.insert(at, operation.value.clone());
            Ok(())
        }
        (Value::Array(items), Kind::Replace) => {
            *index(last).and_then(|at| items.get_mut(at)).ok_or(NothingThere)? = operation.value.clone();
            Ok(())
        }
        (Value::Array(items), Kind::Remove) => {
            let at = index(last).filter(|at| *at < items.len()).ok_or(NothingThere)?;
            items.remove(at);
            Ok(())
        }
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => Err(NothingThere),
    }
}

fn child_mut<'v>(at: &'v mut Value, token: &String) -> Option<&'v mut Value> {
    match at {
        Value::Object(members) => members.get_mut(token),
        Value::Array(items) => items.get_mut(index(token)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Equality as RFC 6902 §4.6 has it: numbers by their value, objects without order.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64().is_some_and(|one| Some(one) == other.as_f64())
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        (one, other) => one == other,
    }
}
