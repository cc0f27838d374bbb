//! An XML Patch (RFC 5261: `add`, `replace` and `remove` with `sel`) becomes the operations of a JSON Patch.
//!
//! Selectors are looked up in the resource as the operations before have left it. What a selector named is written
//! down as a test, so that a flag taken away this way counts as named.

use ::xml::{Document, Element};
use model::Finding;
use serde_json::Value;

use super::apply::apply;
use super::fhirpath::Found;
use super::operation::{Kind, MOST, Operation};
use super::parameters::{added, kind_at, nothing, removal, shape_at};
use super::pointer::Pointer;
use super::run::with_empty_lists;
use super::xpath::{self, SUBSET, Selector};
use crate::codec::json::unreadable;
use crate::codec::primitive::Primitive;
use crate::codec::{shape, xml};

/// Reads the operations, telling everything that is none.
pub(super) fn read(patch: &Document, current: &Value) -> Result<Vec<Operation>, Vec<Finding>> {
    let given: Vec<Element<'_>> = patch.root().children().take(MOST + 1).collect();
    if patch.root().name() != "diff" || given.is_empty() || given.len() > MOST {
        return Err(vec![unreadable(
            format!("un XML Patch est un élément diff de 1 à {MOST} opérations (RFC 5261)"),
            format!("an XML Patch is an element diff of 1 to {MOST} operations (RFC 5261)"),
        )]);
    }
    let mut work = with_empty_lists(current);
    let (mut operations, mut findings) = (Vec::new(), Vec::new());
    for (element, number) in given.into_iter().zip(1..) {
        match operation(element, number, &work) {
            Ok(steps) => {
                // One that fails is told when they run; what comes after is looked up in what there is.
                for step in steps.iter().filter(|step| !step.pointer.tokens().is_empty()) {
                    let _ = apply(step, &mut work);
                }
                operations.extend(steps);
            }
            Err(finding) => findings.push(*finding),
        }
    }
    if findings.is_empty() { Ok(operations) } else { Err(findings) }
}

type Steps = Result<Vec<Operation>, Box<Finding>>;

fn wrong(number: usize, fr: &str, en: &str) -> Box<Finding> {
    Box::new(unreadable(format!("opération {number} : {fr}"), format!("operation {number}: {en}")))
}

fn operation(given: Element<'_>, number: usize, work: &Value) -> Steps {
    let is_fhir = |prefix: &str| given.lookup(prefix) == Some(xml::FHIR);
    let selector = given.attribute("sel").and_then(|sel| xpath::parse(sel, &is_fhir));
    let Some(Selector { path, value }) = selector else {
        let fr = format!("sel attendu, dans ce qui est accepté ici de XPath : {SUBSET}");
        return Err(wrong(
            number,
            &fr,
            &format!("expected sel, in what is accepted here of XPath: {SUBSET}"),
        ));
    };
    let found = path.find(work);
    let found = match found.as_slice() {
        [one] => one,
        [] => {
            // RFC 5261 §4.1: a selector that leads to nothing fails, a removal too.
            let pointer = Pointer::of(&nothing(&path));
            return Ok(vec![Operation { number, kind: Kind::Replace, pointer, value: Value::Null }]);
        }
        _ => {
            return Err(wrong(
                number,
                "sel désigne plusieurs éléments : en désigner un seul",
                "sel leads to several elements: name one",
            ));
        }
    };
    match given.name() {
        "remove" => Ok(removal(found, number)),
        "replace" => {
            let replacement = match value {
                true => typed(&found.tokens, given.text()),
                false => same_element(given, found).ok_or_else(|| {
                    wrong(
                        number,
                        "un élément FHIR du même nom est attendu, et un seul",
                        "one FHIR element of the same name is expected",
                    )
                })?,
            };
            let pointer = Pointer::of(&found.tokens);
            Ok(vec![Operation { number, kind: Kind::Replace, pointer, value: replacement }])
        }
        "add" if !value && given.attribute("type").is_none() => {
            // The order of different elements tells nothing: beside an element is below its parent.
            let below = match given.attribute("pos") {
                Some("before" | "after") => parent(&found.tokens).to_vec(),
                _ => found.tokens.clone(),
            };
            let elements = elements(given, &below).filter(|elements| !elements.is_empty());
            let elements = elements.ok_or_else(|| {
                wrong(number, "des éléments FHIR sont attendus", "FHIR elements are expected")
            })?;
            let below = Found { tokens: below, named: Vec::new() };
            let mut work = work.clone();
            let mut steps = Vec::new();
            for (name, value) in elements {
                let step = added(&name, value, &below, &work, number);
                let step = step.ok_or_else(|| wrong(number, "élément inconnu", "unknown element"))?;
                let _ = apply(&step, &mut work);
                steps.push(step);
            }
            Ok(steps)
        }
        _ => Err(wrong(
            number,
            "attendu : add, replace ou remove, sans attribut type",
            "expected: add, replace or remove, without the attribute type",
        )),
    }
}

/// The tokens of the element that holds this one.
fn parent(tokens: &[String]) -> &[String] {
    let names = match tokens.split_last() {
        Some((last, before)) if super::pointer::index(last).is_some() => before,
        _ => tokens,
    };
    names.split_last().map(|(_, before)| before).unwrap_or_default()
}

/// The one element inside an operation, if it has the name of what it replaces.
fn same_element(given: Element<'_>, found: &Found) -> Option<Value> {
    let name = found.tokens.iter().rev().find(|token| super::pointer::index(token).is_none())?;
    let mut elements = elements(given, parent(&found.tokens))?;
    let (given, value) = elements.pop().filter(|_| elements.is_empty())?;
    (given == *name).then_some(value)
}

/// The elements inside an operation, as those of the element at these tokens; `None` for what is no FHIR there.
fn elements(given: Element<'_>, below: &[String]) -> Option<Vec<(String, Value)>> {
    let members = xml::members(given, &kind_at(below)?)?;
    let one_by_one = members.into_iter().flat_map(|(name, value)| match value {
        Value::Array(items) => items.into_iter().map(|item| (name.clone(), item)).collect(),
        value => vec![(name, value)],
    });
    Some(one_by_one.collect())
}

/// A text as what the element holds.
fn typed(tokens: &[String], text: String) -> Value {
    let boolean = shape_at(tokens).is_some_and(|at| at.kind == shape::Kind::Primitive(Primitive::Boolean));
    match (boolean, text.trim()) {
        (true, "true") => Value::Bool(true),
        (true, "false") => Value::Bool(false),
        (_, text) => Value::String(text.to_owned()),
    }
}
