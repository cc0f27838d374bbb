//! A development certificate authority.

use model::Moment;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PKCS_RSA_SHA256, RevokedCertParams, RsaKeySize, SerialNumber,
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// What went wrong while making a certificate.
#[derive(Debug, thiserror::Error)]
#[error("a development certificate could not be made: {0}")]
pub struct PkiError(#[from] rcgen::Error);

/// What a certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Usage {
    /// The TLS server under these names.
    Server(Vec<String>),
    /// TLS client authentication (ORG_AUTH_CLI or a card's authentication key).
    Client,
    /// Signing assertions (ORG_SIGN or a card's signature key).
    Signature,
}

/// A certificate with its key.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The certificate, DER.
    pub certificate_der: Vec<u8>,
    /// The key, PKCS#8 PEM.
    pub key_pem: String,
    /// The key, PKCS#8 DER.
    pub key_der: Vec<u8>,
}

/// A certificate authority for development.
#[derive(Debug)]
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
    from: Moment,
}

impl Authority {
    /// Makes an authority valid from a day before `now`, for two years.
    pub fn new(name: &str, now: Moment) -> Result<Self, PkiError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name = subject(&[(DnType::CountryName, "FR"), (DnType::CommonName, name)]);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        validity(&mut params, now, 730);
        let pem = params.self_signed(&key)?.pem();
        Ok(Authority { pem, issuer: Issuer::new(params, key), from: now })
    }

    /// The authority's certificate, PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate of a structure: `C=FR, ST, O, OU=Struct_IdNat, CN=service`.
    pub fn structure(
        &self,
        id: &str,
        name: &str,
        service: &str,
        usage: Usage,
    ) -> Result<Credential, PkiError> {
        let dn = [
            (DnType::CountryName, "FR"),
            (DnType::StateOrProvinceName, "Finistère (29)"),
            (DnType::OrganizationName, name),
            (DnType::OrganizationalUnitName, id),
            (DnType::CommonName, service),
        ];
        self.certify(subject(&dn), usage)
    }

    /// A certificate of a professional: `C=FR, O, OU=Struct_IdNat, CN=PS_IdNat`.
    pub fn person(&self, id: &str, structure: Option<&str>, usage: Usage) -> Result<Credential, PkiError> {
        let mut dn = vec![(DnType::CountryName, "FR"), (DnType::OrganizationName, "CARTE DE DEVELOPPEMENT")];
        if let Some(structure) = structure {
            dn.push((DnType::OrganizationalUnitName, structure));
        }
        dn.push((DnType::CommonName, id));
        self.certify(subject(&dn), usage)
    }

    /// The certificate of a server.
    pub fn server(&self, names: &[&str]) -> Result<Credential, PkiError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        self.certify(subject(&[(DnType::CommonName, "passerelle")]), Usage::Server(names))
    }

    /// A list, PEM, that revokes these certificates and is in date until `until`.
    ///
    /// # Errors
    /// A certificate that cannot be read, or a list that could not be signed.
    pub fn revocation_list(&self, revoked: &[&Credential], until: Moment) -> Result<String, PkiError> {
        let (from, until) = (day(self.from.plus_seconds(-2 * 86_400)), day(until));
        let entries = revoked.iter().map(|credential| {
            let (_, certificate) = X509Certificate::from_der(&credential.certificate_der)
                .map_err(|_| rcgen::Error::CouldNotParseCertificate)?;
            Ok(RevokedCertParams {
                serial_number: SerialNumber::from_slice(certificate.raw_serial()),
                revocation_time: rcgen::date_time_ymd(from.0, from.1, from.2),
                reason_code: None,
                invalidity_date: None,
            })
        });
        let params = CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(from.0, from.1, from.2),
            next_update: rcgen::date_time_ymd(until.0, until.1, until.2),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: entries.collect::<Result<_, rcgen::Error>>()?,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(params.signed_by(&self.issuer)?.pem()?)
    }

    fn certify(&self, dn: DistinguishedName, usage: Usage) -> Result<Credential, PkiError> {
        let key_usage = match usage {
            Usage::Server(_) | Usage::Client => KeyUsagePurpose::DigitalSignature,
            Usage::Signature => KeyUsagePurpose::ContentCommitment,
        };
        let (key, names, purposes) = match usage {
            Usage::Server(names) => (
                KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?,
                names,
                vec![ExtendedKeyUsagePurpose::ServerAuth],
            ),
            Usage::Client => (
                KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?,
                Vec::new(),
                vec![ExtendedKeyUsagePurpose::ClientAuth],
            ),
            Usage::Signature => {
                (KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?, Vec::new(), Vec::new())
            }
        };
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = dn;
        params.key_usages = vec![key_usage];
        params.extended_key_usages = purposes;
        validity(&mut params, self.from, 365);
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Credential {
            certificate_pem: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            key_pem: key.serialize_pem(),
            key_der: key.serialize_der(),
        })
    }
}

fn subject(parts: &[(DnType, &str)]) -> DistinguishedName {
    let mut dn = DistinguishedName::new();
    for (kind, value) in parts {
        dn.push(kind.clone(), *value);
    }
    dn
}

fn validity(params: &mut CertificateParams, now: Moment, days: i64) {
    let (from, until) = (day(now.plus_seconds(-86_400)), day(now.plus_seconds(days * 86_400)));
    params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    params.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
}

/// Year, month and day, UTC.
fn day(moment: Moment) -> (i32, u8, u8) {
    let date = moment.to_hl7();
    let digits = date.as_str();
    let part =
        |from: usize, to: usize| digits.get(from..to).and_then(|text| text.parse::<u16>().ok()).unwrap_or(1);
    let small = |value: u16| u8::try_from(value).unwrap_or(1);
    (i32::from(part(0, 4)), small(part(4, 6)), small(part(6, 8)))
}
