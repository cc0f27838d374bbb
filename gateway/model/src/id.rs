//! Identifiers and small scalar types of XDS metadata (IHE ITI TF-3 §4.2.3).

use std::fmt;

use crate::{Malformed, Oid, Parse};

/// entryUUID or logicalID: a UUID, shown as `urn:uuid:` in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryUuid(uuid::Uuid);

impl EntryUuid {
    /// Parses `urn:uuid:…` or the bare form, either case.
    pub fn parse(text: &str) -> Parse<Self> {
        let bare = text.strip_prefix("urn:uuid:").unwrap_or(text);
        if bare.len() != 36 {
            return Err(NOT_A_UUID);
        }
        uuid::Uuid::try_parse(bare).map(EntryUuid).map_err(|_| NOT_A_UUID)
    }

    /// Wraps sixteen bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        EntryUuid(uuid::Uuid::from_bytes(bytes))
    }

    /// The sixteen bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The form of XDS metadata, `urn:uuid:…`.
    pub fn urn(&self) -> String {
        self.0.urn().to_string()
    }

    /// The bare hyphenated form, used as the FHIR id.
    pub fn bare(&self) -> String {
        self.0.hyphenated().to_string()
    }
}

const NOT_A_UUID: Malformed =
    Malformed::metadata("UUID attendu (urn:uuid:…)", "expected a UUID (urn:uuid:…)");

impl fmt::Debug for EntryUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

/// A document's or a set's uniqueId: an OID, `OID^extension`, or a UUID/URI (at most 128 characters).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UniqueId(String);

impl UniqueId {
    /// Parses the XDS form. `urn:oid:` is stripped, so that both doors hold the same value.
    pub fn parse(text: &str) -> Parse<Self> {
        let text = text.strip_prefix("urn:oid:").unwrap_or(text);
        let well_formed = match text.split_once('^') {
            Some((root, extension)) => {
                Oid::parse(root).is_ok()
                    && (1..=16).contains(&extension.chars().count())
                    && extension.chars().all(|c| !c.is_control() && !"^&|".contains(c))
            }
            None => Oid::parse(text).is_ok() || is_uri(text),
        };
        if well_formed && text.len() <= 128 {
            Ok(UniqueId(text.to_owned()))
        } else {
            Err(Malformed::metadata(
                "identifiant unique attendu : OID, OID^extension (16 caractères au plus) ou URI",
                "expected a unique id: OID, OID^extension (at most 16 characters) or URI",
            ))
        }
    }

    /// The XDS form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bare OID, when the id is one (the only form the DMP takes).
    pub fn as_oid(&self) -> Option<Oid> {
        Oid::parse(&self.0).ok()
    }

    /// The FHIR form: `urn:oid:…` for a bare OID, else unchanged.
    pub fn urn(&self) -> String {
        match self.as_oid() {
            Some(oid) => oid.urn(),
            None => self.0.clone(),
        }
    }
}

fn is_uri(text: &str) -> bool {
    match text.split_once(':') {
        Some((scheme, rest)) => {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
                && !rest.is_empty()
                && rest.chars().all(|c| c.is_ascii_graphic())
                && !rest.contains(['<', '>', '"', '^', '&', '|'])
        }
        None => false,
    }
}

impl fmt::Debug for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UniqueId({})", self.0)
    }
}

/// A SHA-1 digest: the hash of XDS metadata (an integrity check of the field, not a signature).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha1([u8; 20]);

impl Sha1 {
    /// Wraps twenty bytes.
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Sha1(bytes)
    }

    /// Parses forty hexadecimal digits, either case.
    pub fn parse_hex(text: &str) -> Parse<Self> {
        let malformed = Malformed::metadata(
            "empreinte SHA-1 attendue : 40 chiffres hexadécimaux",
            "expected a SHA-1 hash: 40 hexadecimal digits",
        );
        if text.len() != 40 || !text.bytes().all(|c| c.is_ascii_hexdigit()) {
            return Err(malformed);
        }
        let mut bytes = [0; 20];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| malformed.clone())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| malformed.clone())?;
        }
        Ok(Sha1(bytes))
    }

    /// Forty lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The twenty bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Debug for Sha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha1({})", self.hex())
    }
}

/// A media type without parameters, lower case, for instance `text/xml`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MimeType(String);

impl MimeType {
    /// Parses `type/subtype`; parameters are dropped.
    pub fn parse(text: &str) -> Parse<Self> {
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let token = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part.bytes().all(|c| c.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&c))
        };
        match essence.split_once('/') {
            Some((kind, subtype)) if token(kind) && token(subtype) => Ok(MimeType(essence)),
            _ => Err(Malformed::metadata(
                "type de média attendu, par exemple text/xml",
                "expected a media type, for instance text/xml",
            )),
        }
    }

    /// The essence, for instance `text/xml`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A language tag such as `fr-FR` (RFC 5646, case kept as sent).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Parses a tag: alphanumeric subtags of one to eight characters.
    pub fn parse(text: &str) -> Parse<Self> {
        let well_formed = text.len() <= 35
            && text
                .split('-')
                .all(|sub| (1..=8).contains(&sub.len()) && sub.bytes().all(|c| c.is_ascii_alphanumeric()))
            && text.starts_with(|c: char| c.is_ascii_alphabetic());
        if well_formed {
            Ok(LanguageTag(text.to_owned()))
        } else {
            Err(Malformed::metadata(
                "langue attendue, par exemple fr-FR",
                "expected a language tag, for instance fr-FR",
            ))
        }
    }

    /// The tag as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_in_either_case_and_shown_in_lower_case() {
        let upper = "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709";
        assert_eq!(Sha1::parse_hex(upper).map(|h| h.hex()), Ok(upper.to_ascii_lowercase()));
        assert!(Sha1::parse_hex("da39").is_err());
        assert!(Sha1::parse_hex(&"é".repeat(20)).is_err());
    }

    #[test]
    fn a_unique_id_is_an_oid_an_oid_with_extension_or_a_uri() {
        for good in ["1.2.3", "urn:oid:1.2.3", "1.2.3^A-1", "urn:uuid:7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11"] {
            assert!(UniqueId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "1.2.3^", "1.2.3^01234567890123456", "not an id", "x", "1.2.3^a^b"] {
            assert!(UniqueId::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(UniqueId::parse("urn:oid:1.2.3"), UniqueId::parse("1.2.3"));
    }

    #[test]
    fn a_uuid_is_shown_in_lower_case() {
        let id = EntryUuid::parse("urn:uuid:7D1C0A52-5B0E-4F0E-9A53-0C5F3A3F9E11").expect("a uuid");
        assert_eq!(id.urn(), "urn:uuid:7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11");
        assert!(EntryUuid::parse("Document01").is_err());
    }
}
