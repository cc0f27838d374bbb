//! A7 for tokens: the proofs of one request name the same holder (names compared parsed, never as strings).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use model::{Actor, Caller, Channel, Finding, Rule};

use super::Proof;
use super::claims::Claims;

/// Checks a token against the client certificate of its connection.
pub(super) fn check(proof: &Proof<'_>, claims: &Claims, caller: &Caller) -> Result<(), Vec<Finding>> {
    let disagree = |fr: &str, en: &str| Err(vec![Finding::new(Rule::ProofsAgree).detail(fr, en)]);
    if let Some(bound) = claims.cnf.as_ref().and_then(|cnf| cnf.thumbprint.as_deref()) {
        let own = proof.certificate.map(|certificate| certificate.fingerprint);
        let wanted = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(bound).unwrap_or_default();
        if own.is_none_or(|own| verify_slices_are_equal(&own, &wanted).is_err()) {
            return disagree(
                "le jeton est lié (cnf.x5t#S256) à un autre certificat client que celui de la connexion",
                "the token is bound (cnf.x5t#S256) to another client certificate than the connection's",
            );
        }
    }
    let Some(certificate) = proof.certificate else {
        return match caller.channel {
            Channel::Operator => disagree(
                "un opérateur présente un certificat client en plus du jeton",
                "an operator shows a client certificate beside the token",
            ),
            Channel::Direct
            | Channel::EmployeeCard
            | Channel::Indirect
            | Channel::Air
            | Channel::Patient
            | Channel::Member => Ok(()),
        };
    };
    let stranger = match caller.actor {
        Actor::Holder { .. } | Actor::Representative { .. } => true,
        Actor::OfStructure { .. } => certificate.is_person() && caller.channel != Channel::EmployeeCard,
        Actor::Professional { .. } | Actor::Operator { .. } => false,
    };
    if stranger {
        return disagree(
            "le certificat client désigne un autre porteur que le jeton : patient sans certificat, structure avec le sien",
            "the client certificate names another holder than the token: a patient shows none, a structure shows its own",
        );
    }
    if let (Some(named), Actor::Professional { id, .. }) = (certificate.person(), &caller.actor)
        && named != id.0
    {
        return disagree(
            "le certificat client et le jeton désignent deux personnes différentes",
            "the client certificate and the token name two different people",
        );
    }
    if let (Some(entity), Some(structure)) = (certificate.structure(), &caller.structure)
        && !proof.structures.is_of(entity, &structure.0)
    {
        return disagree(
            "le certificat client et le jeton désignent deux structures différentes et non rattachées",
            "the client certificate and the token name two different structures that are not attached",
        );
    }
    Ok(())
}
