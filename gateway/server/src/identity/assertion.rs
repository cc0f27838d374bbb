//! The XDS door's proof: a signed assertion becomes a caller.

use std::sync::Arc;

use ihe::Envelope;
use ihe::vihf::{self, Assertion, Seen, Trust};
use journey::Directory;
use mappings::Mappings;
use model::{Actor, Caller, Channel, Finding, Moment, RequestId, system};

use super::{ClientCertificate, Structures};
use crate::config::Config;
use crate::current::Current;
use crate::rereading::Believed;

/// Whose assertions are believed.
#[derive(Debug)]
pub struct AssertionDoor(Current<Trust>);

impl AssertionDoor {
    /// From the configuration and what was read for it. Without any authority, every assertion is refused.
    pub fn new(config: &Config, believed: &Believed) -> Self {
        AssertionDoor(Current::new(Arc::new(trust(config, believed))))
    }

    /// Puts other authorities and another directory in force; what was seen stays remembered.
    pub fn replace(&self, believed: &Believed) {
        let trust = Trust::clone(&self.0.get());
        let directory: Arc<dyn Directory> = Arc::<Structures>::clone(&believed.structures);
        let authorities = Arc::clone(&believed.authorities);
        self.0.replace(Arc::new(Trust { authorities, directory: Some(directory), ..trust }));
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
        let assertion = vihf::verify(envelope, &self.0.get(), mappings, now, der)?;
        Ok(caller_of(assertion, structures, request))
    }

    /// Verifies what an envelope says of its own security, where the certificate alone makes the caller.
    pub fn message(
        &self,
        envelope: &Envelope,
        certificate: Option<&ClientCertificate>,
        now: Moment,
    ) -> Result<(), Vec<Finding>> {
        let der = certificate.map(|certificate| certificate.der.as_slice());
        vihf::verify_message(envelope, &self.0.get(), now, der)
    }
}

/// Whose assertions a configuration believes.
pub(crate) fn trust(config: &Config, believed: &Believed) -> Trust {
    let (vihf, structures) = (&config.vihf, Arc::clone(&believed.structures));
    Trust {
        authorities: Arc::clone(&believed.authorities),
        accept_sha1: config.compatibility.sha1,
        max_age_seconds: vihf.max_age_seconds,
        longest_window_seconds: vihf.longest_window_seconds,
        skew_seconds: vihf.skew_seconds,
        versions: vihf.versions.clone(),
        modes: vihf.modes.clone(),
        audiences: vihf.audiences.clone(),
        directory: Some(structures),
        seen: Arc::new(Seen::new(vihf.remembered)),
    }
}

/// The caller whom an assertion proves.
pub(crate) fn caller_of(assertion: Assertion, structures: &Structures, request: RequestId) -> Caller {
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
        Channel::Air
        | Channel::EmployeeCard
        | Channel::Indirect
        | Channel::Patient
        | Channel::Operator
        | Channel::Member => Actor::OfStructure { user: name, role: Some(assertion.role) },
    };
    Caller {
        actor,
        channel: assertion.channel,
        regulator: proven && structures.is_regulation_centre(Some(&claims.structure)),
        legal_entities: structures.legal_entities(&claims.structure),
        structure: Some(claims.structure),
        purpose: claims.purpose,
        patient: Some(claims.patient),
        secret_connection: claims.secret_connection,
        software: Some(format!("{} {}", claims.software.name, claims.software.version)),
        request,
    }
}
