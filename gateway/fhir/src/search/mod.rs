//! Search parameters: pairs of a query, values, tokens and dates (FHIR R4 search).

pub(crate) mod answer;
pub(crate) mod by_patient;
pub(crate) mod date;
pub(crate) mod instant;
pub(crate) mod name;
pub(crate) mod results;
pub(crate) mod shape;
pub(crate) mod terms;
pub(crate) mod token;

use model::{Finding, Location, Rule};

/// More parameters than this are refused.
const MOST: usize = 100;
/// A longer value is refused (characters).
const LONGEST: usize = 4096;

/// Splits and decodes `application/x-www-form-urlencoded` text. Empty values are dropped.
pub(crate) fn pairs(query: &str) -> Result<Vec<(String, String)>, Finding> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match (decode(name), decode(value)) {
            (Some(name), Some(value)) if value.len() <= LONGEST && pairs.len() < MOST => {
                if !value.is_empty() {
                    pairs.push((name, value));
                }
            }
            _ => {
                return Err(Finding::new(Rule::QueryIsComplete).detail(
                    "paramètres illisibles : trop nombreux, trop longs ou mal encodés (%XX, UTF-8)",
                    "unreadable parameters: too many, too long or badly encoded (%XX, UTF-8)",
                ));
            }
        }
    }
    Ok(pairs)
}

/// A finding about a parameter; a name that is none of the kind we know is not repeated.
pub(crate) fn refuse(parameter: &str, fr: impl Into<String>, en: impl Into<String>) -> Finding {
    let plain =
        parameter.len() <= 64 && parameter.chars().all(|c| c.is_ascii_alphanumeric() || "._-:".contains(c));
    let name = if plain { parameter } else { "…" };
    Finding::new(Rule::QueryIsComplete)
        .at(Location::Parameter(name.to_owned()))
        .arg("parameter", name)
        .detail(fr, en)
}

/// Encodes a name or a value for a link.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                out.push(u8::try_from(high * 16 + low).ok()?);
            }
            other => out.push(other),
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pairs_are_decoded() {
        let expected = vec![("patient.identifier".to_owned(), "urn:oid:1.2|3 4".to_owned())];
        assert_eq!(pairs("patient.identifier=urn%3Aoid%3A1.2%7C3+4&x=&"), Ok(expected));
        for bad in ["a=%", "a=%f", "a=%zz", "a=%ff"] {
            assert!(pairs(bad).is_err(), "{bad}");
        }
        assert!(pairs(&"a=b&".repeat(101)).is_err());
    }

    proptest! {
        #[test]
        fn encoding_reads_back(text in "\\PC{1,40}") {
            prop_assert_eq!(pairs(&format!("a={}", encode(&text))), Ok(vec![("a".to_owned(), text)]));
        }

        #[test]
        fn no_query_panics(text in "\\PC{0,80}") {
            let _ = pairs(&text);
        }
    }
}
