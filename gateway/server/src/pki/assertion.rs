//! Development assertions: the claims of somebody, signed with a development credential.

use anyhow::Context as _;
use ihe::vihf::issue::{Frame, Signer, issue};
use ihe::vihf::{Claims, Mode, Software};
use model::{Code, EntryUuid, Ins, Moment, PersonId, Purpose, StructureId};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::Credential;

/// What a development assertion says, as text.
#[derive(Debug, Clone)]
pub struct VihfText {
    /// NameID.
    pub name_id: String,
    /// Display name.
    pub subject_name: String,
    /// `DIRECTE`, `INDIRECTE` or `INDIRECTE_RENFORCEE`.
    pub mode: String,
    /// Struct_IdNat.
    pub structure: String,
    /// Roles as (OID, code), first the profession.
    pub roles: Vec<(String, String)>,
    /// `normal`, `bris_de_glace` or `centre_15`.
    pub purpose: String,
    /// Reason of a break-glass.
    pub reason: Option<String>,
    /// The patient, CX.
    pub patient: String,
}

/// Reads the claims; errors name the part that is wrong.
pub fn vihf_claims(text: VihfText, now: Moment) -> anyhow::Result<Claims> {
    let mut roles = text.roles.into_iter().map(|(system, code)| Code::new(code, system));
    let patient = Ins::parse_cx(&text.patient)
        .map_err(|malformed| anyhow::anyhow!("patient: {}", malformed.expected_en))?;
    Ok(Claims {
        version: "3.0".to_owned(),
        name_id: PersonId(text.name_id),
        mode: Mode::named(&text.mode).with_context(|| format!("mode: unknown {}", text.mode))?,
        structure: StructureId(text.structure),
        sector: Code::new("SA01", "1.2.250.1.71.4.2.4"),
        subject_name: Some(text.subject_name),
        profession: roles.next().context("role: at least one, the profession")?,
        qualifiers: roles.collect(),
        patient,
        purpose: match text.purpose.as_str() {
            "normal" => Purpose::Normal,
            "bris_de_glace" => Purpose::BreakGlass { reason: text.reason.unwrap_or_default() },
            "centre_15" => Purpose::Centre15,
            other => anyhow::bail!("purpose: unknown {other}"),
        },
        secret_connection: false,
        software: Software {
            id: None,
            name: "Passerelle".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            homologation: "DEVELOPPEMENT".to_owned(),
        },
        authenticated_at: now,
        context: "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI".to_owned(),
    })
}

/// The signer of a credential.
pub fn signer(credential: &Credential) -> anyhow::Result<Signer> {
    Ok(Signer::new(&credential.certificate_der, &credential.key_der)?)
}

/// The signer of a certificate and a key in PEM.
pub fn signer_from_pem(certificate: &[u8], key: &[u8]) -> anyhow::Result<Signer> {
    let certificate = CertificateDer::from_pem_slice(certificate).context("certificate")?;
    let key = PrivateKeyDer::from_pem_slice(key).context("key")?;
    Ok(Signer::new(&certificate, key.secret_der())?)
}

/// A signed assertion issued at `now`, without Conditions as is usual.
pub fn assertion(claims: &Claims, signer: &Signer, now: Moment, id: EntryUuid) -> anyhow::Result<String> {
    let frame = Frame { id: format!("_{}", id.bare()), issued_at: now, conditions: None };
    Ok(issue(claims, &frame, signer)?)
}
