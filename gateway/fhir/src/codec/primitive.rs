//! The grammar of FHIR R4 primitives (<http://hl7.org/fhir/R4/datatypes.html>).

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::time;

/// A primitive type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Primitive {
    Boolean,
    Integer,
    UnsignedInt,
    PositiveInt,
    Decimal,
    Text,
    Code,
    Id,
    Uri,
    Oid,
    Uuid,
    Date,
    DateTime,
    Instant,
    Time,
    Base64,
}

impl Primitive {
    /// True if the JSON value is one of this type.
    pub(crate) fn admits(self, value: &Value) -> bool {
        match (self, value) {
            (Primitive::Boolean, Value::Bool(_)) => true,
            (Primitive::Integer, Value::Number(number)) => in_range(&number.to_string(), i64::from(i32::MIN)),
            (Primitive::UnsignedInt, Value::Number(number)) => in_range(&number.to_string(), 0),
            (Primitive::PositiveInt, Value::Number(number)) => in_range(&number.to_string(), 1),
            (Primitive::Decimal, Value::Number(number)) => number.to_string().len() <= 40,
            (kind, Value::String(text)) => kind.admits_text(text),
            _ => false,
        }
    }

    fn admits_text(self, text: &str) -> bool {
        match self {
            Primitive::Text => is_text(text),
            Primitive::Code => is_code(text),
            Primitive::Id => is_id(text),
            Primitive::Uri => !text.is_empty() && !text.contains(char::is_whitespace) && is_text(text),
            Primitive::Oid => text.strip_prefix("urn:oid:").is_some_and(|oid| model::Oid::parse(oid).is_ok()),
            Primitive::Uuid => text.starts_with("urn:uuid:") && model::EntryUuid::parse(text).is_ok(),
            Primitive::Date => time::date(text).is_some(),
            Primitive::DateTime => time::date_time(text).is_some(),
            Primitive::Instant => time::instant(text).is_some(),
            Primitive::Time => time::is_time(text),
            Primitive::Base64 => decode(text).is_some(),
            Primitive::Boolean
            | Primitive::Integer
            | Primitive::UnsignedInt
            | Primitive::PositiveInt
            | Primitive::Decimal => false,
        }
    }

    /// What is expected, in French and in English.
    pub(crate) const fn expected(self) -> (&'static str, &'static str) {
        match self {
            Primitive::Boolean => ("true ou false", "true or false"),
            Primitive::Integer => ("un nombre entier", "an integer"),
            Primitive::UnsignedInt => ("un nombre entier positif ou nul", "an unsigned integer"),
            Primitive::PositiveInt => ("un nombre entier positif", "a positive integer"),
            Primitive::Decimal => ("un nombre décimal", "a decimal number"),
            Primitive::Text => ("un texte non vide", "a text that is not empty"),
            Primitive::Code => ("un code sans espace au bord", "a code without surrounding spaces"),
            Primitive::Id => (
                "un id : lettres, chiffres, tirets et points, 64 au plus",
                "an id: letters, digits, dashes and dots, at most 64",
            ),
            Primitive::Uri => ("une URI sans espace", "a URI without spaces"),
            Primitive::Oid => ("un OID (urn:oid:…)", "an OID (urn:oid:…)"),
            Primitive::Uuid => ("un UUID (urn:uuid:…)", "a UUID (urn:uuid:…)"),
            Primitive::Date => ("une date AAAA[-MM[-JJ]]", "a date YYYY[-MM[-DD]]"),
            Primitive::DateTime => (
                "une date AAAA[-MM[-JJ]], ou une heure à la seconde avec fuseau",
                "a date YYYY[-MM[-DD]], or a time with seconds and zone",
            ),
            Primitive::Instant => {
                ("un instant AAAA-MM-JJThh:mm:ss avec fuseau", "an instant YYYY-MM-DDThh:mm:ss with zone")
            }
            Primitive::Time => ("une heure hh:mm:ss", "a time hh:mm:ss"),
            Primitive::Base64 => ("du base64", "base64"),
        }
    }
}

/// True for a FHIR `code`: no spaces at the ends, single ones inside.
pub(crate) fn is_code(text: &str) -> bool {
    is_text(text) && text.split([' ', '\t', '\r', '\n']).all(|part| !part.is_empty())
}

/// True for a FHIR `id`.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'.')
}

/// True for a FHIR `string`: not empty, no control character but tab and line ends.
fn is_text(text: &str) -> bool {
    !text.is_empty() && !text.bytes().any(|c| c < 32 && !matches!(c, b'\t' | b'\r' | b'\n'))
}

/// Decodes strict base64: padding is demanded; white space between characters is allowed, and so are
/// unused bits that are not zero (published samples have some).
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    const STRICT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
            .with_decode_allow_trailing_bits(true),
    );
    if text.bytes().any(|c| c.is_ascii_whitespace()) {
        let compact: Vec<u8> = text.bytes().filter(|c| !c.is_ascii_whitespace()).collect();
        return STRICT.decode(compact).ok();
    }
    STRICT.decode(text).ok()
}

/// Encodes base64 with padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn in_range(digits: &str, lowest: i64) -> bool {
    let plain = digits.strip_prefix('-').unwrap_or(digits);
    plain.bytes().all(|c| c.is_ascii_digit())
        && digits.parse::<i64>().is_ok_and(|n| n >= lowest && n <= i64::from(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(kind: Primitive, json: &str) -> bool {
        kind.admits(&serde_json::from_str(json).expect("JSON"))
    }

    #[test]
    fn numbers_keep_to_their_type() {
        assert!(admits(Primitive::UnsignedInt, "0"));
        assert!(admits(Primitive::Integer, "-2147483648"));
        for bad in ["-1", "2147483648", "1.0", "1e3", "99999999999999999999", "\"1\"", "true", "1e400"] {
            assert!(!admits(Primitive::UnsignedInt, bad), "{bad}");
        }
        assert!(!admits(Primitive::PositiveInt, "0"));
        assert!(admits(Primitive::Decimal, "0.10e-13"));
    }

    #[test]
    fn texts_keep_to_their_grammar() {
        assert!(admits(Primitive::Text, "\" a \""));
        assert!(!admits(Primitive::Text, "\"\""));
        assert!(!admits(Primitive::Text, "\"a\\u0000\""));
        assert!(admits(Primitive::Code, "\"a b\""));
        for bad in ["\" a\"", "\"a \"", "\"a  b\"", "\"\"", "1"] {
            assert!(!admits(Primitive::Code, bad), "{bad}");
        }
        assert!(!admits(Primitive::Id, "\"a_b\""));
        assert!(!admits(Primitive::Uri, "\"a b\""));
        assert!(admits(Primitive::Oid, "\"urn:oid:1.2.3\""));
        assert!(!admits(Primitive::Uuid, "\"7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11\""));
    }

    #[test]
    fn base64_is_strict_but_for_white_space() {
        assert_eq!(decode("SGVs\n bG8="), Some(b"Hello".to_vec()));
        for bad in ["SGVsbG8", "SGVs-G8=", "SGVsbG8==", "=", "A"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
