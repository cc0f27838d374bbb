//! JSON Pointer (RFC 6901), and the FHIRPath of what it points at.

use model::Location;
use serde_json::Value;

use crate::codec::step;

/// The longest pointer that is read: the paths of a DocumentReference are far shorter.
const LONGEST: usize = 512;

/// A parsed pointer: the names and indexes from the resource down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pointer(Vec<String>);

impl Pointer {
    /// Parses; `None` for what is no pointer or a very long one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        if text.is_empty() {
            return Some(Pointer(Vec::new()));
        }
        text.strip_prefix('/')?.split('/').map(unescape).collect::<Option<_>>().map(Pointer)
    }

    /// The pointer of these tokens.
    pub(super) fn of(tokens: &[String]) -> Self {
        Pointer(tokens.to_vec())
    }

    /// The tokens.
    pub(super) fn tokens(&self) -> &[String] {
        &self.0
    }

    /// The element of the resource that it leads into; `None` for the whole resource.
    pub(super) fn head(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    /// What it points at.
    pub(super) fn find<'v>(&self, resource: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(resource, |at, token| child(at, token))
    }

    /// The FHIRPath of what it points at, or of the deepest element on the way that is there.
    pub(super) fn place(&self, resource: &Value) -> Location {
        let mut path = "DocumentReference".to_owned();
        let mut at = resource;
        for token in &self.0 {
            let Some(below) = child(at, token) else { break };
            match at {
                Value::Array(_) => path.push_str(&format!("[{token}]")),
                _ => match token.strip_prefix('_') {
                    Some(_) => break,
                    None => path.push_str(&format!(".{}", step(token))),
                },
            }
            at = below;
        }
        Location::FhirPath(path)
    }
}

fn child<'v>(at: &'v Value, token: &str) -> Option<&'v Value> {
    match at {
        Value::Object(members) => members.get(token),
        Value::Array(items) => items.get(index(token)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// An array index: digits, no leading zero (RFC 6901 §4).
pub(super) fn index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with('0');
    (canonical && !token.is_empty() && token.bytes().all(|c| c.is_ascii_digit()))
        .then(|| token.parse().ok())
        .flatten()
}

/// `~1` is `/`, `~0` is `~`; `None` for another `~`.
fn unescape(token: &str) -> Option<String> {
    let mut parts = token.split('~');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (sign, rest) = match (part.strip_prefix('0'), part.strip_prefix('1')) {
            (Some(rest), _) => ('~', rest),
            (None, Some(rest)) => ('/', rest),
            (None, None) => return None,
        };
        text.push(sign);
        text.push_str(rest);
    }
    Some(text)
}
