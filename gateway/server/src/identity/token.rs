//! The bearer token of the FHIR door: signature, time, completeness, role, agreement, scope. All the findings
//! of a step are told at once; no claim of the token is repeated in them.

use journey::Directory as _;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use mappings::Mappings;
use model::{
    Actor, Caller, Channel, Code, Finding, Ins, Moment, PersonId, Purpose, RequestId, Rule, StructureId,
    SubjectRole, VisibilityFlag, system,
};

use super::claims::{Claims, Coding};
use super::psc::PscClaims;
use super::{ClientCertificate, Issuer, Issuers, Structures, agreement};
use crate::config::{ClaimShape, IssuerKind};

/// Tolerance of clocks, seconds.
const SKEW: i64 = 60;
/// Longest life of a token, seconds (IUA: at most an hour).
const LIFE: i64 = 3600;
/// The one value of `confidentiality_code`: a minor's secret connection.
const SECRET: &str = VisibilityFlag::InvisibleRepresentantsLegaux.code();
/// Longest token, bytes.
const LONGEST: usize = 16 * 1024;

/// What stage A looks at beside the token.
pub struct Proof<'a> {
    /// The believed issuers.
    pub issuers: &'a Issuers,
    /// The tables, for roles.
    pub mappings: &'a Mappings,
    /// What the operator says of structures.
    pub structures: &'a Structures,
    /// The client certificate of the connection.
    pub certificate: Option<&'a ClientCertificate>,
    /// Now.
    pub now: Moment,
    /// The request.
    pub request: RequestId,
}

/// Verifies a token and gives the caller with the scopes.
pub fn bearer(proof: &Proof<'_>, token: &str) -> Result<(Caller, Vec<String>), Vec<Finding>> {
    let (issuer, claims) =
        signed(proof, token).ok_or_else(|| vec![Finding::new(Rule::TokenIsSignedByItsIssuer)])?;
    in_its_time(&claims, proof.now)?;
    complete(issuer, &claims)?;
    let caller = caller(proof, issuer, &claims)?;
    agreement::check(proof, &claims, &caller)?;
    let unlisted = proof.structures.refuse(&caller);
    if !unlisted.is_empty() {
        return Err(unlisted);
    }
    let scopes = claims.scope.as_deref().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    Ok((caller, scopes))
}

/// The algorithm is one of three, its key is the issuer's and of its type, and the signature holds.
fn signed<'a>(proof: &'a Proof<'_>, token: &str) -> Option<(&'a Issuer, Claims)> {
    if token.len() > LONGEST {
        return None;
    }
    let header = decode_header(token).ok()?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256) {
        return None;
    }
    let issuer = proof.issuers.named(&claimed_issuer(token)?)?;
    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let mut keys = issuer.keys(header.kid.as_deref(), header.alg);
    let claims: Claims = match issuer.claims {
        ClaimShape::Iua => keys.find_map(|key| decode(token, key, &validation).ok())?.claims,
        ClaimShape::Psc => {
            keys.find_map(|key| decode::<PscClaims>(token, key, &validation).ok())?.claims.into()
        }
    };
    (claims.iss.as_deref() == Some(issuer.iss.as_str())).then_some((issuer, claims))
}

/// The issuer that the payload names, to choose keys by; nothing is believed before the signature holds.
fn claimed_issuer(token: &str) -> Option<String> {
    use base64::Engine as _;
    let payload = token.split('.').nth(1)?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    value.get("iss")?.as_str().map(str::to_owned)
}

fn in_its_time(claims: &Claims, now: Moment) -> Result<(), Vec<Finding>> {
    let now = now.0.div_euclid(1_000_000);
    let wrong = |fr: &str, en: &str| vec![Finding::new(Rule::TokenIsInItsTime).detail(fr, en)];
    let (Some(exp), Some(iat)) = (claims.exp, claims.iat) else {
        return Err(wrong("exp et iat sont obligatoires", "exp and iat are required"));
    };
    if exp <= now {
        return Err(wrong("le jeton a expiré", "the token has expired"));
    }
    if iat > now.saturating_add(SKEW) || claims.nbf.is_some_and(|nbf| nbf > now.saturating_add(SKEW)) {
        return Err(wrong("le jeton n'est pas encore valable", "the token is not yet valid"));
    }
    if exp.saturating_sub(iat) > LIFE {
        return Err(wrong("sa durée dépasse une heure", "it lasts longer than an hour"));
    }
    Ok(())
}

fn complete(issuer: &Issuer, claims: &Claims) -> Result<(), Vec<Finding>> {
    let missing = |name: &str| {
        Finding::new(Rule::TokenIsComplete)
            .detail(format!("{name} manque ou est vide"), format!("{name} is missing or empty"))
    };
    let empty = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().is_empty();
    let mut findings = Vec::new();
    for (name, value) in [("sub", &claims.sub), ("jti", &claims.jti), ("scope", &claims.scope)] {
        if empty(value) {
            findings.push(missing(name));
        }
    }
    if !claims.aud.as_ref().is_some_and(|aud| aud.names(&issuer.audience)) {
        findings.push(
            Finding::new(Rule::TokenIsComplete)
                .detail("aud ne désigne pas cette passerelle", "aud does not name this gateway"),
        );
    }
    if claims.extensions.vihf.confidentiality_code.as_deref().is_some_and(|code| code != SECRET) {
        findings.push(Finding::new(Rule::TokenIsComplete).detail(
            format!("confidentiality_code : {SECRET} est la seule valeur connue"),
            format!("confidentiality_code: {SECRET} is the only known value"),
        ));
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

fn caller(proof: &Proof<'_>, issuer: &Issuer, claims: &Claims) -> Result<Caller, Vec<Finding>> {
    let iua = &claims.extensions.ihe_iua;
    let structure = iua.subject_organization_id.clone().map(StructureId);
    let purpose = purpose(claims)?;
    let (actor, channel) = actor(proof, issuer, claims)?;
    let patient = match &iua.person_id {
        Some(text) => Some(ins(text, "person_id")?),
        None => None,
    };
    let actor = match (actor, &patient) {
        // Somebody's own account on another's record: a representative, if a live link says so.
        (Actor::Holder { ins }, Some(patient)) if ins != *patient => Actor::Representative { ins },
        (actor, _) => actor,
    };
    let software = claims.extensions.vihf.software.as_ref().and_then(|software| {
        Some(format!("{} {}", software.name.as_deref()?, software.version.as_deref().unwrap_or_default()))
    });
    Ok(Caller {
        regulator: claims.regulator || proof.structures.is_regulation_centre(structure.as_ref()),
        secret_connection: claims.extensions.vihf.confidentiality_code.as_deref() == Some(SECRET),
        legal_entities: structure.as_ref().map(|id| proof.structures.legal_entities(id)).unwrap_or_default(),
        actor,
        channel,
        structure,
        purpose,
        patient,
        software,
        request: proof.request.clone(),
    })
}

/// Whom the token stands for: the scope and the mode first, the issuer's kind second.
fn actor(proof: &Proof<'_>, issuer: &Issuer, claims: &Claims) -> Result<(Actor, Channel), Vec<Finding>> {
    let iua = &claims.extensions.ihe_iua;
    let has_scope = |name: &str| {
        claims.scope.as_deref().unwrap_or_default().split_whitespace().any(|scope| scope == name)
    };
    if has_scope("operator") {
        let name = iua.subject_name.clone().or_else(|| claims.sub.clone()).unwrap_or_default();
        let refused = || vec![Finding::new(Rule::ScopeCoversTransaction)];
        return if issuer.operators {
            Ok((Actor::Operator { name }, Channel::Operator))
        } else {
            Err(refused())
        };
    }
    if has_scope("patient") {
        if !issuer.patients || !iua.subject_role.is_empty() {
            return Err(vec![Finding::new(Rule::ScopeCoversTransaction)]);
        }
        let ins = ins(claims.sub.as_deref().unwrap_or_default(), "sub")?;
        return Ok((Actor::Holder { ins }, Channel::Patient));
    }
    let channel = match (claims.extensions.vihf.authentication_mode.as_deref(), issuer.kind) {
        (Some("DIRECTE"), _) | (None, IssuerKind::Person) => Channel::Direct,
        (Some("INDIRECTE"), _) | (None, IssuerKind::Structure) => Channel::Indirect,
        (Some("INDIRECTE_RENFORCEE"), _) => Channel::Air,
        (Some(_), _) => {
            return Err(vec![Finding::new(Rule::TokenIsComplete).detail(
                "authentication_mode inconnu : DIRECTE, INDIRECTE ou INDIRECTE_RENFORCEE attendu",
                "unknown authentication_mode: expected DIRECTE, INDIRECTE or INDIRECTE_RENFORCEE",
            )]);
        }
    };
    let name = iua.subject_name.clone().or_else(|| claims.sub.clone()).unwrap_or_default();
    if channel == Channel::Indirect {
        return Ok((Actor::OfStructure { user: name, role: role(proof, &iua.subject_role) }, channel));
    }
    let role = role(proof, &iua.subject_role)
        .filter(|role| proof.mappings.codes.role_known(role) && proof.mappings.codes.qualifier_known(role))
        .ok_or_else(|| vec![Finding::new(Rule::RoleIsKnown)])?;
    if role.profession.system == system::PRODUCER {
        // Staff under a professional's or a structure's authority: judged as an employee card (VIHF alike).
        let channel = if channel == Channel::Direct { Channel::EmployeeCard } else { channel };
        return Ok((Actor::OfStructure { user: name, role: Some(role) }, channel));
    }
    let id = iua.national_provider_identifier.clone().or_else(|| claims.sub.clone()).unwrap_or_default();
    Ok((Actor::Professional { id: PersonId(id), name, role }, channel))
}

/// The first role with the one that qualifies it.
fn role(proof: &Proof<'_>, roles: &[Coding]) -> Option<SubjectRole> {
    let code = |coding: &Coding| {
        let system = proof.mappings.systems.from_fhir(&coding.system);
        Code::new(coding.code.clone(), proof.mappings.systems.canonical(&system))
    };
    Some(SubjectRole { profession: code(roles.first()?), qualifier: roles.get(1).map(code) })
}

fn purpose(claims: &Claims) -> Result<Purpose, Vec<Finding>> {
    let known = ["urn:oid:1.2.250.1.213.1.1.4.248", "urn:oid:1.2.250.1.213.1.1.4.336"];
    let unknown = || {
        vec![Finding::new(Rule::TokenIsComplete).detail(
            "purpose_of_use inconnu : normal, bris_de_glace ou centre_15 de TRE_R248 attendu",
            "unknown purpose_of_use: expected normal, bris_de_glace or centre_15 of TRE_R248",
        )]
    };
    match claims.extensions.ihe_iua.purpose_of_use.as_slice() {
        [] => Ok(Purpose::Normal),
        [one] if known.contains(&one.system.as_str()) => match one.code.as_str() {
            "normal" => Ok(Purpose::Normal),
            "bris_de_glace" => Ok(Purpose::BreakGlass {
                reason: claims.extensions.vihf.access_reason.clone().unwrap_or_default(),
            }),
            "centre_15" => Ok(Purpose::Centre15),
            _ => Err(unknown()),
        },
        _ => Err(unknown()),
    }
}

fn ins(text: &str, claim: &str) -> Result<Ins, Vec<Finding>> {
    Ins::parse_cx(text).map_err(|_| {
        vec![Finding::new(Rule::TokenIsComplete).detail(
            format!("{claim} n'est pas un INS valable (INS^^^&OID&ISO^NH)"),
            format!("{claim} is not a valid INS (INS^^^&OID&ISO^NH)"),
        )]
    })
}
