//! Token parameters as codes: what the caller left unsaid is completed from the value sets.

use mappings::{Mappings, ValueSet};
use model::{Code, Finding};

use crate::search::refuse;
use crate::search::token::tokens;

/// The alternatives of one value of a token parameter. A code without system stands for that code in every
/// scheme of the parameter's value set; one that is in none matches nothing.
pub(crate) fn codes(
    name: &str,
    value: &str,
    set: Option<ValueSet>,
    mappings: &Mappings,
) -> Result<Vec<Code>, Finding> {
    let mut codes = Vec::new();
    for token in tokens(value) {
        if token.code.is_empty() {
            return Err(refuse(name, "code attendu : système|code", "expected a code: system|code"));
        }
        match (&token.system, set) {
            (Some(system), _) => codes.push(Code::new(token.code, mappings.systems.from_fhir(system))),
            (None, Some(set)) => {
                let before = codes.len();
                codes.extend(mappings.codes.with_value(set, &token.code).cloned());
                if codes.len() == before {
                    codes.push(nothing(&token.code));
                }
            }
            (None, None) => {
                return Err(refuse(
                    name,
                    "ce paramètre n'a pas de jeu de valeurs : système|code attendu",
                    "this parameter has no value set: expected system|code",
                ));
            }
        }
    }
    if codes.is_empty() {
        codes.push(nothing(""));
    }
    Ok(codes)
}

/// A code of no scheme: no stored code is equal to it.
fn nothing(code: &str) -> Code {
    Code::new(code, "")
}

/// Narrows the alternatives of a parameter that is repeated: all must hold.
pub(crate) fn narrow(kept: &mut Vec<Code>, more: Vec<Code>) {
    if kept.is_empty() {
        *kept = more;
        return;
    }
    kept.retain(|code| more.contains(code));
    if kept.is_empty() {
        kept.push(nothing(""));
    }
}
