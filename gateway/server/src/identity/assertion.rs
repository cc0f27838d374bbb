//! The XDS door's proof: a signed assertion becomes a caller.

use ihe::Envelope;
use ihe::vihf::{self, Assertion, Authorities, Seen, Trust};
use mappings::Mappings;
use model::{Actor, Caller, Channel, Finding, Moment, RequestId, system};

use super::{ClientCertificate, Structures};
use crate::config::VihfConfig;
use crate::listen;

/// How many assertions are remembered inside their window (rule A4).
const REMEMBERED: usize = 200_000;

/// Whose assertions are believed.
#[derive(Debug)]
pub struct AssertionDoor(Trust);

impl AssertionDoor {
    /// Loads the authorities of the configuration. Without any, every assertion is refused.
    pub fn load(config: &VihfConfig) -> anyhow::Result<Self> {
        let certificates = listen::authorities(&config.authorities, "vihf.authorities")?;
        let lists = listen::revocation_lists(&config.revocation_lists, "vihf.revocation_lists")?;
        let authorities = Authorities::new(&certificates, &lists)
            .map_err(|error| anyhow::anyhow!("vihf.authorities: {error}"))?;
        Ok(AssertionDoor(Trust {
            accept_sha1: config.accept_sha1,
            max_age_seconds: config.max_age_seconds,
            skew_seconds: config.skew_seconds,
            versions: config.versions.clone(),
            modes: config.modes.clone(),
            attached: config.attached.clone(),
            seen: Seen::new(REMEMBERED),
            ..Trust::new(authorities)
        }))
    }

    /// Verifies the assertion of an envelope and gives the caller.
    pub fn caller(
        &self,
        mappings: &Mappings,
        structures: &Structures,
        envelope: &Envelope,
        certificate: Option<&ClientCertificate>,
        now: Moment,
        request: RequestId,
    ) -> Result<Caller, Vec<Finding>> {
        let der = certificate.map(|certificate| certificate.der.as_slice());
        let assertion = vihf::verify(envelope.document(), &self.0, mappings, now, der)?;
        Ok(caller(assertion, structures, request))
    }
}

fn caller(assertion: Assertion, structures: &Structures, request: RequestId) -> Caller {
    let claims = assertion.claims;
    // A person's card proves the person: that they regulate for a centre needs a certificate that names it.
    let proven = assertion.channel != Channel::Direct
        || assertion.signer.structures().any(|id| structures.is_of(id, &claims.structure.0));
    let name = claims.subject_name.unwrap_or_else(|| claims.name_id.0.clone());
    let actor = match assertion.channel {
        Channel::Direct => Actor::Professional { id: claims.name_id, name, role: assertion.role },
        Channel::Air if assertion.role.profession.system != system::PRODUCER => {
            Actor::Professional { id: claims.name_id, name, role: assertion.role }
        }
        Channel::Air | Channel::EmployeeCard | Channel::Indirect | Channel::Patient | Channel::Operator => {
            Actor::OfStructure { user: name, role: Some(assertion.role) }
        }
    };
    Caller {
        actor,
        channel: assertion.channel,
        regulator: proven && structures.is_regulation_centre(Some(&claims.structure)),
        legal_entities: structures.legal_entities(Some(&claims.structure)),
        structure: Some(claims.structure),
        purpose: claims.purpose,
        patient: Some(claims.patient),
        secret_connection: claims.secret_connection,
        software: Some(format!("{} {}", claims.software.name, claims.software.version)),
        request,
    }
}
