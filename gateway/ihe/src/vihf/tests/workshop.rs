//! Authorities, cards, organisations, messages: everything the tests forge.

use std::sync::OnceLock;

use mappings::Mappings;
use model::{Code, Finding, Ins, Moment, PersonId, Purpose, Rule, StructureId, system};
use rcgen::{CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use xml::Limits;

use crate::vihf::issue::{Frame, Signer, issue};
use crate::vihf::{Assertion, Authorities, Claims, Mode, Software, Trust, instant, verify};

pub(super) const PERSON: &str = "899999000017";
pub(super) const STRUCTURE: &str = "1999999999";

pub(super) fn at(text: &str) -> Moment {
    instant::parse(text).expect("an instant")
}

pub(super) fn now() -> Moment {
    at("2026-03-14T21:08:00Z")
}

pub(super) fn mappings() -> &'static Mappings {
    static MAPPINGS: OnceLock<Mappings> = OnceLock::new();
    MAPPINGS.get_or_init(|| Mappings::embedded().expect("embedded tables are sound"))
}

/// A certificate and its key.
pub(super) struct Holding {
    pub(super) der: Vec<u8>,
    pub(super) pem: String,
    pub(super) key: KeyPair,
}

impl Holding {
    pub(super) fn signer(&self) -> Signer {
        Signer::new(&self.der, &self.key.serialize_der()).expect("key and certificate fit")
    }
}

pub(super) struct Authority {
    pub(super) der: Vec<u8>,
    pub(super) pem: String,
    pub(super) issuer: Issuer<'static, KeyPair>,
}

pub(super) fn params(names: &[(DnType, &str)]) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in names {
        params.distinguished_name.push(kind.clone(), *value);
    }
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2028, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params
}

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let mut params = params(&[(DnType::CountryName, "FR"), (DnType::CommonName, name)]);
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Authority {
            der: certificate.der().to_vec(),
            pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        }
    }

    pub(super) fn certify(&self, params: &CertificateParams, key: KeyPair) -> Holding {
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Holding { der: certificate.der().to_vec(), pem: certificate.pem(), key }
    }

    pub(super) fn trust(&self) -> Trust {
        Trust::new(Authorities::new(std::slice::from_ref(&self.der), &[]).expect("a sound authority"))
    }
}

pub(super) fn organisation_names(unit: &'static str, name: &'static str) -> Vec<(DnType, &'static str)> {
    vec![
        (DnType::CountryName, "FR"),
        (DnType::StateOrProvinceName, "Finistère (29)"),
        (DnType::OrganizationName, "CH EXEMPLE, DES ALIZES"),
        (DnType::OrganizationalUnitName, unit),
        (DnType::CommonName, name),
    ]
}

pub(super) fn rsa() -> KeyPair {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    let der = KEY.get_or_init(|| {
        let size = rcgen::RsaKeySize::_2048;
        KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, size).expect("a key").serialize_der()
    });
    KeyPair::try_from(der.as_slice()).expect("a key")
}

/// One authority, one hospital (ORG_SIGN, ORG_AUTH_CLI), one doctor's card.
pub(super) struct Town {
    pub(super) authority: Authority,
    pub(super) sign: Holding,
    pub(super) client: Holding,
    pub(super) card: Holding,
}

pub(super) fn town() -> &'static Town {
    static TOWN: OnceLock<Town> = OnceLock::new();
    TOWN.get_or_init(|| {
        let authority = Authority::new("AC TEST");
        let mut sign = params(&organisation_names(STRUCTURE, "vihf-sign.ch-exemple.test"));
        sign.key_usages = vec![KeyUsagePurpose::ContentCommitment];
        let client = params(&organisation_names(STRUCTURE, "client.ch-exemple.test"));
        let card = params(&[(DnType::CountryName, "FR"), (DnType::CommonName, PERSON)]);
        Town {
            sign: authority.certify(&sign, rsa()),
            client: authority.certify(&client, KeyPair::generate().expect("a key")),
            card: authority.certify(&card, KeyPair::generate().expect("a key")),
            authority,
        }
    })
}

pub(super) fn claims(mode: Mode) -> Claims {
    Claims {
        version: String::from("3.0"),
        name_id: PersonId(PERSON.to_owned()),
        mode,
        structure: StructureId(STRUCTURE.to_owned()),
        sector: Code::new("SA01", "1.2.250.1.71.4.2.4"),
        subject_name: Some(String::from("KERVEL Maëlle")),
        profession: Code::labelled("10", system::PROFESSION, "Médecin"),
        qualifiers: vec![Code::new("SM59", system::SPECIALTY)],
        patient: Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("a test number"),
        purpose: Purpose::BreakGlass { reason: String::from("Patiente inconsciente") },
        secret_connection: false,
        software: Software {
            id: Some(String::from("EX-0001")),
            name: String::from("Passerelle Exemple"),
            version: String::from("0.1.0"),
            homologation: String::from("EX-HOMOL-0000"),
        },
        authenticated_at: at("2026-03-14T20:58:10Z"),
        context: String::from("urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"),
    }
}

pub(super) fn frame() -> Frame {
    Frame { id: String::from("_7d1c0a52"), issued_at: at("2026-03-14T21:07:33Z"), conditions: None }
}

/// A hospital's assertion in `INDIRECTE_RENFORCEE`.
pub(super) fn valid() -> String {
    static VALID: OnceLock<String> = OnceLock::new();
    let make = || issue(&claims(Mode::Air), &frame(), &town().sign.signer()).expect("issued");
    VALID.get_or_init(make).clone()
}

pub(super) fn envelope(security: &str) -> String {
    envelope_with(security, "<q:Query xmlns:q='urn:q'><q:Part Id='b1'>x</q:Part></q:Query>")
}

pub(super) fn envelope_with(security: &str, body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns='urn:default' xmlns:soap='urn:soap' \
         xmlns:xs='http://www.w3.org/2001/XMLSchema'><s:Header><wsa:To \
         xmlns:wsa='http://www.w3.org/2005/08/addressing'>urn:here</wsa:To><wsse:Security s:mustUnderstand='true' \
         xmlns:wsse='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'>{security}\
         </wsse:Security></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

pub(super) fn check(
    message: &str,
    trust: &Trust,
    client: Option<&Holding>,
) -> Result<Assertion, Vec<Finding>> {
    let document = xml::parse(message.as_bytes(), &Limits::default()).expect("well-formed");
    verify(&document, trust, mappings(), now(), client.map(|holding| holding.der.as_slice()))
}

/// The rules that refuse an assertion of the town's hospital, without client certificate.
pub(super) fn refused(message: &str) -> Vec<Rule> {
    match check(message, &town().authority.trust(), None) {
        Ok(_) => Vec::new(),
        Err(findings) => {
            let text = format!("{findings:?}");
            assert!(
                !text.contains("255081416802538") && !text.contains("inconsciente"),
                "patient data in {text}"
            );
            findings.iter().map(|finding| finding.rule).collect()
        }
    }
}
