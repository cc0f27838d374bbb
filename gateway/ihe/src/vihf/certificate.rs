//! A certificate as the rules see it: whose it is and which key it binds.
//!
//! IGC-Santé shapes: a card names a person (CN = PS_IdNat, often with surname and given name); ORG_SIGN and
//! ORG_AUTH_CLI name a structure (OU = Struct_IdNat, CN a service name).

use x509_parser::prelude::{FromDer, X509Certificate};

use super::name::{Name, folded, oid};

/// A certificate whose subject and key were read. Reading it does not make it trusted.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The subject.
    pub subject: Name,
    pub(super) key: Key,
    pub(super) is_authority: bool,
    pub(super) may_sign: bool,
}

/// A public key of a kind that signatures here may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// RSAPublicKey, DER, with the size of its modulus in bits.
    Rsa { der: Vec<u8>, bits: usize },
    /// An uncompressed point on P-256.
    P256(Vec<u8>),
    /// An uncompressed point on P-384.
    P384(Vec<u8>),
    /// Anything else.
    Other,
}

impl Holder {
    /// Reads one DER certificate, nothing after it; `None` if it is not one.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let usage = certificate.key_usage().ok()?;
        let may_sign =
            usage.is_none_or(|usage| usage.value.digital_signature() || usage.value.non_repudiation());
        let subject = Name::of(certificate.subject());
        let is_authority = certificate.is_ca();
        Some(Holder { der: der.to_vec(), subject, key: key(&certificate), is_authority, may_sign })
    }

    /// True if CN, UID or serialNumber of the subject is this identifier (PS_IdNat), or a CN has it as one of its
    /// words. A name is no identifier: two people may have the same.
    pub fn names_person(&self, id: &str) -> bool {
        if !is_person_id(id) {
            return false;
        }
        let id = folded(id);
        let whole = |oid| self.subject.values(oid).any(|value| folded(value) == id);
        let word = || {
            self.subject.values(oid::COMMON_NAME).any(|value| folded(value).split(' ').any(|one| one == id))
        };
        whole(oid::COMMON_NAME) || whole(oid::USER_ID) || whole(oid::SERIAL_NUMBER) || word()
    }

    /// True if the subject is a person's: it has a surname or given name, or a CN or UID that is a PS_IdNat.
    pub fn is_person(&self) -> bool {
        let has = |oid| self.subject.values(oid).next().is_some();
        has(oid::SURNAME) || has(oid::GIVEN_NAME) || self.person().is_some()
    }

    /// The person's identifier in the subject: a CN or UID that is a PS_IdNat, and not the structure's own
    /// identifier given again.
    pub fn person(&self) -> Option<&str> {
        let is_structure = |value: &str| self.structures().any(|structure| structure == value.trim());
        let is_person = |value: &&str| is_person_id(value) && !is_structure(value);
        let named = |oid| self.subject.values(oid).find(is_person);
        named(oid::COMMON_NAME).or_else(|| named(oid::USER_ID))
    }

    /// Identifiers of structures (Struct_IdNat or technical) among the OUs of the subject.
    pub fn structures(&self) -> impl Iterator<Item = &str> {
        self.subject.values(oid::UNIT).map(str::trim).filter(|value| is_structure_id(value))
    }
}

/// PS_IdNat: a digit for the kind, then 8 or more, one of which may be the letter of a department of Corsica; a
/// local id after a slash (ANS, identifiants nationaux).
fn is_person_id(value: &str) -> bool {
    let (number, local) = value.trim().split_once('/').unwrap_or((value.trim(), "x"));
    let sound = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    let letters = number.bytes().filter(u8::is_ascii_alphabetic).count();
    (9..=20).contains(&number.len())
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|c| c.is_ascii_alphanumeric())
        && letters <= 1
        && !local.is_empty()
        && local.bytes().all(sound)
}

/// Struct_IdNat is 10 to 15 characters, mostly digits (a FINESS of Corsica has a letter); a technical id is
/// close to that. Words such as the name of a service are not.
fn is_structure_id(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (9..=20).contains(&value.len()) && value.bytes().all(|c| c.is_ascii_alphanumeric()) && digits >= 8
}

const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";

fn key(certificate: &X509Certificate<'_>) -> Key {
    let info = certificate.public_key();
    let bytes = info.subject_public_key.data.to_vec();
    let parameters = info.algorithm.parameters.as_ref();
    let curve = parameters.and_then(|value| value.as_oid().ok()).map(|curve| curve.to_id_string());
    match (info.algorithm.algorithm.to_id_string().as_str(), curve.as_deref()) {
        (RSA, _) => match info.parsed() {
            Ok(x509_parser::public_key::PublicKey::RSA(rsa)) => Key::Rsa { der: bytes, bits: rsa.key_size() },
            _ => Key::Other,
        },
        (EC, Some(P256)) => Key::P256(bytes),
        (EC, Some(P384)) => Key::P384(bytes),
        _ => Key::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told_from_words() {
        for id in ["899999000017", "3999999999/AB12", "0999999999", "02A1234567", "32A0000014/J-P.X"] {
            assert!(is_person_id(id), "{id}");
        }
        for word in [
            "vihf-sign.ch-exemple.test",
            "899999000017/",
            "89999/9",
            "KERVEL",
            "",
            "A99999000017",
            "8AB999000017",
        ] {
            assert!(!is_person_id(word), "{word}");
        }
        for id in ["1999999999", "12A0000014", "499900063480001"] {
            assert!(is_structure_id(id), "{id}");
        }
        for word in ["IGC-SANTE", "Serveur", "0002 187512751", "PRODUCTION1", "SERVICE-12345678"] {
            assert!(!is_structure_id(word), "{word}");
        }
    }
}
