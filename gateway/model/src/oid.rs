//! Object identifiers.

use std::fmt;

use crate::{Malformed, Parse};

/// An OID: digits and dots, at most 64 characters, no leading zero in an arc.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(String);

impl Oid {
    /// Parses the bare form, without `urn:oid:`.
    pub fn parse(text: &str) -> Parse<Self> {
        let well_formed = text.len() <= 64
            && text.contains('.')
            && text.split('.').all(|arc| {
                !arc.is_empty()
                    && arc.bytes().all(|c| c.is_ascii_digit())
                    && (arc == "0" || !arc.starts_with('0'))
            })
            && matches!(text.as_bytes().first(), Some(b'0'..=b'2'));
        if well_formed {
            Ok(Oid(text.to_owned()))
        } else {
            Err(Malformed::metadata(
                "OID attendu : chiffres et points, 64 caractères au plus",
                "expected an OID: digits and dots, at most 64 characters",
            ))
        }
    }

    /// An OID written in the source; its grammar is covered by a test of the place that writes it.
    pub(crate) fn constant(text: &'static str) -> Self {
        Oid(text.to_owned())
    }

    /// The bare form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `urn:oid:` form.
    pub fn urn(&self) -> String {
        format!("urn:oid:{}", self.0)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({})", self.0)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_oid_has_digits_dots_and_no_leading_zero() {
        for good in ["1.2.250.1.213.1.4.8", "2.16.840.1.113883.6.1", "0.9"] {
            assert!(Oid::parse(good).is_ok(), "{good}");
        }
        let long = format!("1.{}", "2".repeat(70));
        for bad in ["", "1", "1.", ".1", "1..2", "1.02", "3.1", "1.a", "urn:oid:1.2", long.as_str()] {
            assert!(Oid::parse(bad).is_err(), "{bad}");
        }
    }
}
