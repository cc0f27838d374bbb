//! The closed list of algorithms of a signature, by URI (W3C XML Signature 1.1, RFC 6931).

use aws_lc_rs::digest::{self, Algorithm};
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, RsaParameters, UnparsedPublicKey};

use super::certificate::Key;

/// Exclusive canonicalization without comments.
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The transform that leaves out the signature itself.
pub(super) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// SHA-256.
pub(super) const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
/// RSA PKCS #1 v1.5 with SHA-256.
pub(super) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
/// ECDSA with SHA-256.
pub(super) const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
const RSA_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";

/// Bits of the smallest RSA key.
const SMALLEST_RSA: usize = 2048;

/// Why an algorithm or key is not used. The text is for the sender.
pub(super) type Refused = (&'static str, &'static str);

const SHA1_REFUSED: Refused = (
    "SHA-1 n'est plus accepté : signer avec SHA-256, SHA-384 ou SHA-512",
    "SHA-1 is no longer accepted: sign with SHA-256, SHA-384 or SHA-512",
);

/// The digest behind a DigestMethod.
pub(super) fn digest(uri: &str, accept_sha1: bool) -> Result<&'static Algorithm, Refused> {
    match uri {
        SHA256 => Ok(&digest::SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Ok(&digest::SHA384),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Ok(&digest::SHA512),
        SHA1 if accept_sha1 => Ok(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        SHA1 => Err(SHA1_REFUSED),
        _ => Err((
            "algorithme d'empreinte non admis : SHA-256, SHA-384 ou SHA-512 attendu",
            "digest algorithm not allowed: SHA-256, SHA-384 or SHA-512 expected",
        )),
    }
}

/// A SignatureMethod of the list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Method {
    Rsa(&'static RsaParameters),
    /// For a key on P-256, and for one on P-384.
    Ecdsa(&'static EcdsaVerificationAlgorithm, &'static EcdsaVerificationAlgorithm),
}

impl Method {
    /// The method behind a SignatureMethod.
    pub(super) fn named(uri: &str, accept_sha1: bool) -> Result<Self, Refused> {
        use signature::{
            ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
            ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        };
        match uri {
            RSA_SHA256 => Ok(Method::Rsa(&RSA_PKCS1_2048_8192_SHA256)),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => {
                Ok(Method::Rsa(&RSA_PKCS1_2048_8192_SHA384))
            }
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => {
                Ok(Method::Rsa(&RSA_PKCS1_2048_8192_SHA512))
            }
            ECDSA_SHA256 => Ok(Method::Ecdsa(&ECDSA_P256_SHA256_ASN1, &ECDSA_P384_SHA256_ASN1)),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => {
                Ok(Method::Ecdsa(&ECDSA_P256_SHA384_ASN1, &ECDSA_P384_SHA384_ASN1))
            }
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512" => {
                Ok(Method::Ecdsa(&ECDSA_P256_SHA512_ASN1, &ECDSA_P384_SHA512_ASN1))
            }
            RSA_SHA1 if accept_sha1 => Ok(Method::Rsa(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY)),
            RSA_SHA1 | "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1" => Err(SHA1_REFUSED),
            _ if uri.contains("#hmac-") => Err((
                "une signature HMAC n'est pas admise : RSA ou ECDSA attendu",
                "an HMAC signature is not allowed: RSA or ECDSA expected",
            )),
            _ => Err((
                "algorithme de signature non admis : RSA ou ECDSA avec SHA-256, SHA-384 ou SHA-512 attendu",
                "signature algorithm not allowed: RSA or ECDSA with SHA-256, SHA-384 or SHA-512 expected",
            )),
        }
    }

    /// Checks `signature` (as XML Signature writes it) over `message` with `key`.
    pub(super) fn verify(self, key: &Key, message: &[u8], signature: &[u8]) -> Result<(), Refused> {
        let holds = match (self, key) {
            (Method::Rsa(_), Key::Rsa { bits, .. }) if *bits < SMALLEST_RSA => {
                return Err((
                    "clé RSA de moins de 2048 bits : au moins 2048 bits attendus",
                    "RSA key of less than 2048 bits: at least 2048 bits expected",
                ));
            }
            (Method::Rsa(parameters), Key::Rsa { der, .. }) => {
                UnparsedPublicKey::new(parameters, der).verify(message, signature).is_ok()
            }
            (Method::Ecdsa(algorithm, _), Key::P256(point)) => {
                ecdsa(algorithm, point, 32, message, signature)
            }
            (Method::Ecdsa(_, algorithm), Key::P384(point)) => {
                ecdsa(algorithm, point, 48, message, signature)
            }
            _ => {
                return Err((
                    "la clé du certificat n'est pas du type de l'algorithme de signature (RSA, P-256 ou P-384)",
                    "the certificate's key is not of the kind of the signature algorithm (RSA, P-256 or P-384)",
                ));
            }
        };
        let failed = ("la signature ne correspond pas", "the signature does not hold");
        if holds { Ok(()) } else { Err(failed) }
    }
}

/// XML Signature writes an ECDSA signature as the two numbers side by side, each as long as the field.
fn ecdsa(
    algorithm: &'static EcdsaVerificationAlgorithm,
    point: &[u8],
    size: usize,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let Some((r, s)) = signature.split_at_checked(size).filter(|(_, s)| s.len() == size) else {
        return false;
    };
    let numbers = [integer(r), integer(s)].concat();
    let der = element(0x30, &numbers);
    UnparsedPublicKey::new(algorithm, point).verify(message, &der).is_ok()
}

fn integer(number: &[u8]) -> Vec<u8> {
    let zeroes = number.iter().take_while(|byte| **byte == 0).count();
    let bytes = number.get(zeroes..).unwrap_or(&[]);
    let positive = bytes.first().is_some_and(|byte| *byte < 0x80);
    let value = if positive { bytes.to_vec() } else { [&[0], bytes].concat() };
    element(0x02, &value)
}

/// One DER element of less than 128 bytes: two numbers of at most 49 bytes fit.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    [&[tag, length], content].concat()
}
