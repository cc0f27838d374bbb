//! FHIRPath Patch (FHIR R4 §3.1.0.9.3): a Parameters of operations becomes the operations of a JSON Patch.
//!
//! Paths are looked up in the resource as the operations before have left it. What `where` named is written down as
//! a test, so that a flag taken away this way counts as named.

use model::Finding;
use serde_json::{Map, Value};

use super::apply::apply;
use super::fhirpath::{Found, Path, SUBSET};
use super::operation::{Kind, MOST, Operation, moved};
use super::pointer::Pointer;
use super::run::with_empty_lists;
use crate::codec::json::unreadable;
use crate::codec::shape::{self, Shape};

/// Reads the operations, telling everything that is none.
pub(super) fn read(parameters: &Value, current: &Value) -> Result<Vec<Operation>, Vec<Finding>> {
    let given = parameters.get("parameter").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if given.is_empty() || given.len() > MOST {
        return Err(vec![unreadable(
            format!("un FHIRPath Patch est un Parameters de 1 à {MOST} paramètres operation"),
            format!("a FHIRPath Patch is a Parameters with 1 to {MOST} parameters named operation"),
        )]);
    }
    let mut work = with_empty_lists(current);
    let (mut operations, mut findings) = (Vec::new(), Vec::new());
    for (parameter, number) in given.iter().zip(1..) {
        match operation(parameter, number, &work, current) {
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

fn operation(parameter: &Value, number: usize, work: &Value, current: &Value) -> Steps {
    let wrong = |fr: &str, en: &str| {
        Box::new(unreadable(format!("opération {number} : {fr}"), format!("operation {number}: {en}")))
    };
    if parameter.get("name").and_then(Value::as_str) != Some("operation") {
        return Err(wrong("le paramètre s'appelle operation", "the parameter is named operation"));
    }
    let text = |name| part(parameter, name).and_then(value).and_then(|(_, value)| value.as_str());
    let subset = || {
        wrong(
            &format!("path manque ou sort de ce qui est accepté ici : {SUBSET}"),
            &format!("path is missing or beyond what is accepted here: {SUBSET}"),
        )
    };
    let path = text("path").and_then(Path::parse).ok_or_else(subset)?;
    let found = path.find(work);
    let step =
        |kind, tokens: &[String], value| Operation { number, kind, pointer: Pointer::of(tokens), value };
    let one = || match found.as_slice() {
        [one] => Ok(Some(one)),
        [] => Ok(None),
        _ => Err(wrong(
            "path désigne plusieurs éléments : en désigner un seul, par where(…) ou un indice",
            "path leads to several elements: name one, by where(…) or an index",
        )),
    };
    let nowhere = || vec![step(Kind::Replace, &nothing(&path), Value::Null)];
    match text("type") {
        Some("delete") => Ok(match one()? {
            Some(found) => removal(found, number),
            None => Vec::new(),
        }),
        Some("replace") => match one()? {
            Some(found) => {
                let shape = shape_at(&found.tokens);
                let value = written(parameter, shape.as_ref()).ok_or_else(|| no_value(number))?;
                Ok(vec![step(Kind::Replace, &found.tokens, value)])
            }
            None => Ok(nowhere()),
        },
        Some("add") => match one()? {
            Some(found) => child(parameter, found, work, number),
            None => Ok(nowhere()),
        },
        Some(name @ ("insert" | "move")) => {
            Err(Box::new(moved(name, number, &format!("/{}", path.head().unwrap_or_default()), current)))
        }
        _ => Err(wrong("type attendu : add, delete ou replace", "expected type: add, delete or replace")),
    }
}

/// A test of what the path named, then the removal.
pub(super) fn removal(found: &Found, number: usize) -> Vec<Operation> {
    let tests = found.named.iter().map(|(tokens, text)| Operation {
        number,
        kind: Kind::Test,
        pointer: Pointer::of(tokens),
        value: Value::String(text.clone()),
    });
    let removal =
        Operation { number, kind: Kind::Remove, pointer: Pointer::of(&found.tokens), value: Value::Null };
    tests.chain([removal]).collect()
}

/// A new child, by its name.
fn child(parameter: &Value, found: &Found, work: &Value, number: usize) -> Steps {
    let wrong = |fr: &str, en: &str| {
        Box::new(unreadable(format!("opération {number} : {fr}"), format!("operation {number}: {en}")))
    };
    let name = part(parameter, "name").and_then(value).and_then(|(_, value)| value.as_str());
    let name = name.ok_or_else(|| wrong("name manque", "name is missing"))?;
    let shape = kind_at(&found.tokens).and_then(|kind| shape::shape(&kind, name));
    let unknown = || wrong("name n'est pas un élément à cet endroit", "name is not an element at this place");
    let value = written(parameter, Some(&shape.ok_or_else(unknown)?)).ok_or_else(|| no_value(number))?;
    Ok(added(name, value, found, work, number).into_iter().collect())
}

/// A new child: one more item of a list, or the one that there is. `None` where the model has no such child.
pub(super) fn added(
    name: &str,
    value: Value,
    found: &Found,
    work: &Value,
    number: usize,
) -> Option<Operation> {
    let shape = shape::shape(&kind_at(&found.tokens)?, name)?;
    let mut tokens = found.tokens.clone();
    tokens.push(name.to_owned());
    let is_there = Pointer::of(&tokens).find(work).is_some();
    let value = match (shape.many, is_there) {
        (true, true) => {
            tokens.push("-".to_owned());
            value
        }
        (true, false) => Value::Array(vec![value]),
        (false, _) => value,
    };
    Some(Operation { number, kind: Kind::Add, pointer: Pointer::of(&tokens), value })
}

/// Where nothing is, in the element that the path leads into.
pub(super) fn nothing(path: &Path) -> Vec<String> {
    path.head().map(|head| vec![head.to_owned(), "-".to_owned()]).unwrap_or_default()
}

fn no_value(number: usize) -> Box<Finding> {
    Box::new(unreadable(
        format!("opération {number} : value manque, ou ses parties ne sont pas des éléments de ce type"),
        format!("operation {number}: value is missing, or its parts are no elements of this type"),
    ))
}

fn part<'v>(parameter: &'v Value, name: &str) -> Option<&'v Value> {
    let parts = parameter.get("part")?.as_array()?;
    parts.iter().find(|part| part.get("name").and_then(Value::as_str) == Some(name))
}

/// The value of a part: the name of its form (`valueCode`) and what it is.
fn value(part: &Value) -> Option<(&str, &Value)> {
    let members = part.as_object()?;
    members.iter().find(|(key, _)| key.starts_with("value")).map(|(key, value)| (key.as_str(), value))
}

/// What is to be written: the value itself, or one put together from parts (for what Parameters has no form of, an
/// Extension for instance).
fn written(parameter: &Value, shape: Option<&Shape>) -> Option<Value> {
    let given = part(parameter, "value")?;
    match value(given) {
        Some((_, value)) => Some(value.clone()),
        None => built(given, &kind_of(shape?)?),
    }
}

fn built(given: &Value, kind: &str) -> Option<Value> {
    let mut members = Map::new();
    for part in given.get("part")?.as_array()? {
        let name = part.get("name")?.as_str()?.trim_end_matches("[x]");
        let name = match (shape::shape(kind, name), value(part)) {
            (Some(_), _) => name.to_owned(),
            (None, Some((form, _))) => form.replacen("value", name, 1),
            (None, None) => return None,
        };
        let shape = shape::shape(kind, &name)?;
        let one = match value(part) {
            Some((_, value)) => value.clone(),
            None => built(part, &kind_of(&shape)?)?,
        };
        match (shape.many, members.get_mut(&name)) {
            (true, Some(Value::Array(items))) => items.push(one),
            (true, _) => drop(members.insert(name, Value::Array(vec![one]))),
            (false, None) => drop(members.insert(name, one)),
            (false, Some(_)) => return None,
        }
    }
    (!members.is_empty()).then_some(Value::Object(members))
}

fn kind_of(shape: &Shape) -> Option<String> {
    match &shape.kind {
        shape::Kind::Complex(kind) => Some(kind.clone()),
        shape::Kind::Resource | shape::Kind::Primitive(_) => None,
    }
}

/// The type of what stands at these tokens.
pub(super) fn kind_at(tokens: &[String]) -> Option<String> {
    match tokens.is_empty() {
        true => Some("DocumentReference".to_owned()),
        false => kind_of(&shape_at(tokens)?),
    }
}

/// The shape of what stands at these tokens; `None` for the resource itself.
pub(super) fn shape_at(tokens: &[String]) -> Option<Shape> {
    let names = tokens.iter().filter(|token| super::pointer::index(token).is_none());
    let mut at: Option<Shape> = None;
    for name in names {
        let kind = match &at {
            Some(shape) => kind_of(shape)?,
            None => "DocumentReference".to_owned(),
        };
        at = Some(shape::shape(&kind, name)?);
    }
    at
}
