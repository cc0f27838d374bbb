//! The operations one after the other on a copy, and what is out of bounds on the way.

use model::Finding;
use serde_json::{Value, json};

use super::apply::{NothingThere, apply, same};
use super::archived::{self, EXTENSION};
use super::labels::{self, LABELS};
use super::operation::{Kind, Operation};
use super::{Refused, refused};

/// What PDSm answers to a patch of nothing but forbidden elements.
const NOT_ALLOWED: u16 = 405;

/// The resource after the patch.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) resource: Value,
    /// Codes of labels that a successful test named.
    pub(super) named: Vec<String>,
}

/// Runs the patch. After the first operation that fails only those out of bounds are told.
pub(super) fn run(current: &Value, operations: &[Operation]) -> Result<Outcome, Refused> {
    let mut work = with_empty_lists(current);
    let (mut named, mut findings, mut forbidden, mut stopped) = (Vec::new(), Vec::new(), 0, false);
    for operation in operations {
        match one(operation, &mut work, stopped, &mut named) {
            Ok(()) => {}
            Err(Failure::Forbidden) => {
                forbidden += 1;
                findings.push(out_of_bounds(operation, current));
            }
            Err(Failure::NothingThere) => {
                stopped = true;
                findings.push(nothing_there(operation, current));
            }
            Err(Failure::Test) => {
                stopped = true;
                findings.push(failing_test(operation, current));
            }
        }
    }
    let changing = operations.iter().filter(|operation| operation.kind != Kind::Test).count();
    if findings.is_empty() {
        return Ok(Outcome { resource: without_empty_lists(work), named });
    }
    let status = (changing > 0 && forbidden == changing).then_some(NOT_ALLOWED);
    Err(Refused { findings, status })
}

/// Why one operation is refused.
enum Failure {
    Forbidden,
    NothingThere,
    Test,
}

fn one(
    operation: &Operation,
    work: &mut Value,
    stopped: bool,
    named: &mut Vec<String>,
) -> Result<(), Failure> {
    match (operation.kind, operation.pointer.head()) {
        (_, Some("status" | LABELS | EXTENSION)) | (Kind::Test, _) if stopped => Ok(()),
        (Kind::Test, _) => {
            if !holds(operation, work) {
                return Err(Failure::Test);
            }
            named.extend(labels::named(operation));
            Ok(())
        }
        (_, Some("status" | LABELS)) => apply(operation, work).map_err(|NothingThere| Failure::NothingThere),
        (_, Some(EXTENSION)) => on_extensions(operation, work),
        (_, _) => {
            if leaves_it(operation, work) {
                Ok(())
            } else {
                Err(Failure::Forbidden)
            }
        }
    }
}

/// An operation that touches another extension than isArchived is undone.
fn on_extensions(operation: &Operation, work: &mut Value) -> Result<(), Failure> {
    let before = work.get(EXTENSION).cloned().unwrap_or_default();
    apply(operation, work).map_err(|NothingThere| Failure::NothingThere)?;
    let after = work.get(EXTENSION).cloned().unwrap_or_default();
    if archived::others(&before) == archived::others(&after) {
        return Ok(());
    }
    if let Some(members) = work.as_object_mut() {
        members.insert(EXTENSION.to_owned(), before);
    }
    Err(Failure::Forbidden)
}

/// True if the value that is written is the one that is there.
fn leaves_it(operation: &Operation, work: &Value) -> bool {
    let tokens = operation.pointer.tokens();
    let into_a_list =
        || tokens.last().is_some_and(|token| token == "-" || super::pointer::index(token).is_some());
    match operation.kind {
        Kind::Test => true,
        Kind::Remove => false,
        Kind::Add if into_a_list() => false,
        Kind::Add | Kind::Replace => holds(operation, work),
    }
}

/// True if the operation's value is what its path points at.
fn holds(operation: &Operation, work: &Value) -> bool {
    if operation.pointer.head().is_none() {
        return same(&without_empty_lists(work.clone()), &operation.value);
    }
    operation.pointer.find(work).is_some_and(|found| same(found, &operation.value))
}

/// FHIR writes no empty array: a list that is absent is an empty one, so that `/extension/-` has somewhere to go.
pub(super) fn with_empty_lists(current: &Value) -> Value {
    let mut work = current.clone();
    if let Some(members) = work.as_object_mut() {
        for name in [LABELS, EXTENSION] {
            members.entry(name).or_insert_with(|| json!([]));
        }
    }
    work
}

fn without_empty_lists(mut work: Value) -> Value {
    if let Some(members) = work.as_object_mut() {
        for name in [LABELS, EXTENSION] {
            if members.get(name).and_then(Value::as_array).is_some_and(Vec::is_empty) {
                members.shift_remove(name);
            }
        }
    }
    work
}

fn out_of_bounds(operation: &Operation, current: &Value) -> Finding {
    let number = operation.number;
    refused(
        operation.pointer.place(current),
        format!(
            "opération {number} : seuls status, securityLabel et l'extension isArchived peuvent changer ; pour le \
             reste, déposer une version qui remplace ce document"
        ),
        format!(
            "operation {number}: only status, securityLabel and the extension isArchived may change; for anything \
             else deposit a version that replaces this document"
        ),
    )
}

fn nothing_there(operation: &Operation, current: &Value) -> Finding {
    let number = operation.number;
    refused(
        operation.pointer.place(current),
        format!(
            "opération {number} : le chemin ne désigne rien dans ce document tel qu'il est ; le relire d'abord"
        ),
        format!(
            "operation {number}: the path points at nothing in this document as it is; read it again first"
        ),
    )
}

fn failing_test(operation: &Operation, current: &Value) -> Finding {
    let number = operation.number;
    refused(
        operation.pointer.place(current),
        format!(
            "opération {number} : le test échoue, la valeur n'est pas celle attendue ; relire le document d'abord"
        ),
        format!(
            "operation {number}: the test fails, the value is not the one expected; read the document again first"
        ),
    )
}
