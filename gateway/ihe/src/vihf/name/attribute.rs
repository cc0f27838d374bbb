//! Attribute types by keyword and OID, and attribute values by ASN.1 string type.

use std::borrow::Cow;

/// OIDs of the attribute types that rules look at.
pub(in super::super) mod oid {
    /// commonName.
    pub(in super::super::super) const COMMON_NAME: &str = "2.5.4.3";
    /// surname.
    pub(in super::super::super) const SURNAME: &str = "2.5.4.4";
    /// serialNumber.
    pub(in super::super::super) const SERIAL_NUMBER: &str = "2.5.4.5";
    /// organizationalUnitName.
    pub(in super::super::super) const UNIT: &str = "2.5.4.11";
    /// givenName.
    pub(in super::super::super) const GIVEN_NAME: &str = "2.5.4.42";
    /// userId.
    pub(in super::super::super) const USER_ID: &str = "0.9.2342.19200300.100.1.1";
}

/// Keyword and OID. The first keyword of an OID is the one that is written.
const TYPES: &[(&str, &str)] = &[
    ("CN", oid::COMMON_NAME),
    ("COMMONNAME", oid::COMMON_NAME),
    ("SURNAME", oid::SURNAME),
    ("SN", oid::SURNAME),
    ("SERIALNUMBER", oid::SERIAL_NUMBER),
    ("C", "2.5.4.6"),
    ("COUNTRYNAME", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("LOCALITYNAME", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("S", "2.5.4.8"),
    ("SP", "2.5.4.8"),
    ("STATEORPROVINCENAME", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("STREETADDRESS", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("ORGANIZATIONNAME", "2.5.4.10"),
    ("OU", oid::UNIT),
    ("ORGANIZATIONALUNITNAME", oid::UNIT),
    ("T", "2.5.4.12"),
    ("TITLE", "2.5.4.12"),
    ("DESCRIPTION", "2.5.4.13"),
    ("BUSINESSCATEGORY", "2.5.4.15"),
    ("POSTALCODE", "2.5.4.17"),
    ("GN", oid::GIVEN_NAME),
    ("GIVENNAME", oid::GIVEN_NAME),
    ("G", oid::GIVEN_NAME),
    ("INITIALS", "2.5.4.43"),
    ("GENERATIONQUALIFIER", "2.5.4.44"),
    ("GENERATION", "2.5.4.44"),
    ("DNQUALIFIER", "2.5.4.46"),
    ("DNQ", "2.5.4.46"),
    ("PSEUDONYM", "2.5.4.65"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("UID", oid::USER_ID),
    ("USERID", oid::USER_ID),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("DOMAINCOMPONENT", "0.9.2342.19200300.100.1.25"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
    ("E", "1.2.840.113549.1.9.1"),
    ("EMAIL", "1.2.840.113549.1.9.1"),
];

/// The OID behind a keyword or a dotted OID (with or without `OID.`).
pub(super) fn named(key: &str) -> Option<String> {
    let dotted = match key.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("oid.") => key.get(4..)?,
        _ => key,
    };
    if dotted.split('.').count() > 1 {
        let numeric = dotted.split('.').all(|arc| !arc.is_empty() && arc.bytes().all(|c| c.is_ascii_digit()));
        return numeric.then(|| dotted.to_owned());
    }
    TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, oid)| (*oid).to_owned())
}

/// The keyword that an attribute type is written with, or its OID.
pub(super) fn keyword(oid: &str) -> &str {
    TYPES.iter().find(|(_, known)| *known == oid).map_or(oid, |(keyword, _)| keyword)
}

/// The text of a value by the tag of its ASN.1 string type (X.680 §41); other types as `#` and hex.
pub(super) fn decoded(tag: u32, data: &[u8]) -> String {
    let text = match tag {
        // UTF8String, NumericString, PrintableString, IA5String, VisibleString
        12 | 18 | 19 | 22 | 26 => std::str::from_utf8(data).ok().map(Cow::Borrowed),
        // TeletexString, which is Latin-1 in practice
        20 => Some(Cow::Owned(data.iter().map(|byte| char::from(*byte)).collect())),
        // UniversalString: four bytes a character
        28 => wide(data, 4),
        // BMPString: two bytes a character
        30 => wide(data, 2),
        _ => None,
    };
    text.map_or_else(|| format!("#{}", hex(data)), Cow::into_owned)
}

fn wide(data: &[u8], width: usize) -> Option<Cow<'static, str>> {
    let units = data.chunks(width).map(|unit| {
        let whole = unit.len() == width;
        whole.then(|| unit.iter().fold(0_u32, |value, byte| (value << 8) | u32::from(*byte)))
    });
    units.map(|unit| unit.and_then(char::from_u32)).collect::<Option<String>>().map(Cow::Owned)
}

fn hex(data: &[u8]) -> String {
    data.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text behind `#` and hex: a DER value, one tag and length.
pub(super) fn from_hex(digits: &str) -> Option<String> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        pair.bytes().all(|c| c.is_ascii_hexdigit()).then(|| u8::from_str_radix(pair, 16).ok())?
    });
    let bytes: Vec<u8> = pairs.collect::<Option<_>>()?;
    let (tag, length, data) = match bytes.as_slice() {
        [tag, 0x82, high, low, data @ ..] => (*tag, usize::from(*high) << 8 | usize::from(*low), data),
        [tag, 0x81, length, data @ ..] => (*tag, usize::from(*length), data),
        [tag, length @ 0..=0x7F, data @ ..] => (*tag, usize::from(*length), data),
        _ => return None,
    };
    (data.len() == length && tag & 0xE0 == 0).then(|| decoded(u32::from(tag & 0x1F), data))
}
