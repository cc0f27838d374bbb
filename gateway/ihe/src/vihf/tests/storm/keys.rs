//! Other keys, other certificates, other algorithms.

use std::sync::OnceLock;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use rcgen::{CertificateParams, KeyPair};

use super::super::signing::*;
use super::super::workshop::*;
use super::forged::*;
use super::{Variant, sample, storm};

const ECDSA: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

fn organisation() -> CertificateParams {
    params(&organisation_names(STRUCTURE, "vihf-sign.ch-exemple.test"))
}

/// The hospital's signer with a key on P-256, which signs fast.
pub(super) fn elliptic() -> &'static Holding {
    static HOLDING: OnceLock<Holding> = OnceLock::new();
    HOLDING.get_or_init(|| town().authority.certify(&organisation(), KeyPair::generate().expect("a key")))
}

pub(super) fn elliptic_key(holding: &Holding) -> impl Fn(&[u8]) -> Vec<u8> + use<> {
    ecdsa_key(holding, &ECDSA_P256_SHA256_FIXED_SIGNING)
}

/// What an attacker can have: a certificate of another authority or of none under the hospital's name, and one
/// of the same authority under another name.
struct Attackers {
    other_authority: Authority,
    same_name: Holding,
    self_signed: Holding,
    neighbour: Holding,
}

fn attackers() -> &'static Attackers {
    static ATTACKERS: OnceLock<Attackers> = OnceLock::new();
    ATTACKERS.get_or_init(|| {
        let key = || KeyPair::generate().expect("a key");
        let other_authority = Authority::new("AC TEST");
        let own = key();
        let certificate = organisation().self_signed(&own).expect("a certificate");
        let neighbour = params(&organisation_names("1888888888", "vihf-sign.voisin.test"));
        Attackers {
            same_name: other_authority.certify(&organisation(), key()),
            self_signed: Holding { der: certificate.der().to_vec(), pem: certificate.pem(), key: own },
            neighbour: town().authority.certify(&neighbour, key()),
            other_authority,
        }
    })
}

/// The attacker's key under the victim's name, with the victim's certificate beside or instead of the attacker's.
#[test]
fn swapped_keys_and_certificates_are_refused() {
    storm("keys", |dice| {
        let attackers = attackers();
        let attacker = *dice.of(&[&attackers.same_name, &attackers.self_signed, &attackers.neighbour]);
        let victim = &town().sign.der;
        let (own, other, authority) = (&attacker.der, &attackers.other_authority.der, &town().authority.der);
        let choices: [&[&[u8]]; 8] = [
            &[own],
            &[victim],
            &[own, victim],
            &[victim, own],
            &[own, other],
            &[own, authority],
            &[own, other, authority, victim],
            &[],
        ];
        let certificates = *dice.of(&choices);
        let (number, extra) = (dice.below(1_000_000), dice.below(4));
        let shape = |signature: String| {
            let added = match extra {
                0 => format!("<ds:KeyName>{number}</ds:KeyName></ds:KeyInfo>"),
                1 => format!(
                    "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{number}</ds:Modulus></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>"
                ),
                2 => format!("<ds:RetrievalMethod URI=\"http://127.0.0.1/{number}\"/></ds:KeyInfo>"),
                _ => return signature,
            };
            signature.replace("</ds:KeyInfo>", &added)
        };
        let claims = unsigned();
        let claims = if dice.coin() { lying(dice, &claims) } else { claims };
        let message =
            sign(&envelope(&claims), &Manner::plain(ECDSA), certificates, elliptic_key(attacker), shape);
        Variant::of(message)
    });
}

/// Methods that are not the one that signed, and HMACs whose secret everybody knows.
#[test]
fn swapped_algorithms_and_public_secrets_are_refused() {
    static METHODS: [&str; 12] = [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
        "",
    ];
    storm("algorithms", |dice| {
        let holding = sample(dice).signer;
        let public = match dice.below(5) {
            0 => holding.der.clone(),
            1 => holding.pem.clone().into_bytes(),
            2 => holding.key.public_key_pem().into_bytes(),
            3 => holding.key.public_key_raw().to_vec(),
            _ => b"\0".to_vec(),
        };
        let algorithm =
            *dice.of(&[hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA256, hmac::HMAC_SHA512]);
        let secret = hmac::Key::new(algorithm, &public);
        let method: &'static &str = dice.of(&METHODS);
        let manner = Manner::plain(method);
        let claims = unsigned();
        let claims = lying(dice, &claims);
        let make = move |message: &[u8]| hmac::sign(&secret, message).as_ref().to_vec();
        let message = sign(&envelope(&claims), &manner, &[&holding.der], make, |signature| signature);
        let digest = *dice.of(&[
            "xmlenc#sha256",
            "xmldsig-more#md5",
            "xmlenc#ripemd160",
            "xmldsig#sha1",
            "xmldsig-more#sha224",
        ]);
        Variant::of(message.replace("xmlenc#sha256", digest))
    });
}
