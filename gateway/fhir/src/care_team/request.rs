//! A CareTeam as it is submitted: it declares the médecin traitant and nothing else.

use mappings::Systems;
use model::{EntryUuid, Finding, Party, PersonId};

use crate::codec::Element;
use crate::incoming::{incomplete, lacks, not_understood};
use crate::party;
use crate::patient::Named;

/// HL7 ParticipationFunction (TRE_R259): `PCP` is the médecin traitant.
pub(super) const FUNCTION: &str = "2.16.840.1.113883.5.88";
/// The same scheme as the French terminology server names it.
pub(super) const FUNCTION_FR: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_R259-HL7ParticipationFunction/FHIR/TRE-R259-HL7ParticipationFunction";
/// The médecin traitant.
pub(super) const TREATING: &str = "PCP";

/// What is asked, and of whose record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) patient: Named,
    pub(super) treating: PersonId,
}

/// Reads a structurally sound CareTeam; `id` is that of the URL, empty without one, and is the Patient's.
pub(super) fn read(
    team: &Element<'_>,
    systems: &Systems,
    base: &str,
    id: &str,
) -> Result<Asked, Vec<Finding>> {
    let mut findings = Vec::new();
    not_understood(team, &["implicitRules", "modifierExtension"], &mut findings);
    if team.text("status").is_some_and(|status| status != "active") {
        let finding = incomplete(team, "status attendu : active", "expected status: active");
        findings.push(finding.at(team.place_of("status")));
    }
    let patient = patient(team, base, id, &mut findings);
    let mut treating = Vec::new();
    for participant in team.all("participant") {
        not_understood(&participant, &["modifierExtension", "onBehalfOf"], &mut findings);
        match member(team, &participant, systems) {
            Ok(person) => treating.push((person, participant)),
            Err(finding) => findings.push(finding),
        }
    }
    for (_, more) in treating.iter().skip(1) {
        findings.push(incomplete(more, "un seul médecin traitant", "one médecin traitant only"));
    }
    if !team.has("participant") {
        findings.push(lacks(team, "participant"));
    }
    let treating = treating.into_iter().next().map(|(person, _)| person);
    match (patient, treating) {
        (Some(patient), Some(treating)) if findings.is_empty() => Ok(Asked { patient, treating }),
        _ => Err(findings),
    }
}

fn patient(team: &Element<'_>, base: &str, id: &str, findings: &mut Vec<Finding>) -> Option<Named> {
    let Some(subject) = team.get("subject") else {
        findings.push(lacks(team, "subject"));
        return None;
    };
    let mut named =
        Named::by_reference(team, &subject, base).map_err(|finding| findings.push(finding)).ok()?;
    if id.is_empty() {
        return Some(named);
    }
    let id = EntryUuid::parse(id).ok();
    if id.is_none() || named.id.is_some_and(|own| Some(own) != id) {
        findings.push(subject.wrong(
            "l'id d'un CareTeam est celui de son Patient (subject)",
            "the id of a CareTeam is that of its Patient (subject)",
        ));
    }
    named.id = id;
    Some(named)
}

fn member(team: &Element<'_>, participant: &Element<'_>, systems: &Systems) -> Result<PersonId, Finding> {
    let roles = participant.all("role");
    let mut codings = roles.iter().flat_map(|role| role.all("coding"));
    let is_treating = |coding: &Element<'_>| {
        let system = coding.text("system").unwrap_or_default();
        coding.text("code") == Some(TREATING)
            && (systems.from_fhir(system) == FUNCTION || system == FUNCTION_FR)
    };
    if roles.is_empty()
        || !codings.all(|coding| is_treating(&coding))
        || !roles.iter().all(|role| role.has("coding"))
    {
        return Err(incomplete(
            participant,
            "seul le médecin traitant (TRE_R259#PCP) se déclare ici ; une autorisation est un Consent",
            "only the médecin traitant (TRE_R259#PCP) is declared here; an authorisation is a Consent",
        ));
    }
    let member = participant.get("member").ok_or_else(|| lacks(participant, "member"))?;
    match party::read(team, &member)? {
        Party::Person(person) => Ok(person),
        Party::Structure(_) => Err(incomplete(
            &member,
            "le médecin traitant est une personne (PS_IdNat)",
            "the médecin traitant is a person (PS_IdNat)",
        )),
    }
}
