//! G6: the CDA names the structure that deposits it, as an author's organisation or as custodian.
//!
//! Source: decision-order G6. Rule D4 already made the set's author the caller. Refused: a document that
//! neither an author nor the custodian ties to the depositing structure. Accepted with a warning: external
//! authors, when the custodian is the depositing structure. The legal entity of a site
//! stands for it. A set without a structure (a patient, a
//! professional without one) is compared by persons.

use std::collections::HashSet;

use model::{Finding, Rule};
use xml::cda::{At, InstanceId};

use super::CdaCase;

const RULE: Rule = Rule::CdaAgreesWithCaller;

pub(super) fn check(case: &CdaCase<'_>) -> Vec<Finding> {
    let set = &case.content.submission.set;
    let acting = case.content.caller.structure.as_ref().map(|structure| structure.0.as_str());
    let entities = case.content.caller.legal_entities.iter().map(|entity| entity.0.as_str());
    let structures: HashSet<&str> = set.author_institutions().chain(acting).chain(entities).collect();
    if structures.is_empty() { persons(case) } else { organizations(case, &structures) }
}

fn organizations(case: &CdaCase<'_>, structures: &HashSet<&str>) -> Vec<Finding> {
    let header = case.header;
    let of_authors = header.authors.iter().filter_map(|author| author.person.organization.as_ref());
    let author_fits = of_authors.flat_map(|organization| &organization.ids).any(|id| names(id, structures));
    let custodian_fits =
        header.custodian.iter().flat_map(|organization| &organization.ids).any(|id| names(id, structures));
    let mut listed: Vec<_> = structures.iter().copied().collect();
    listed.sort_unstable();
    let listed = listed.join(", ");
    let finding = |path: &str| case.subject.finding_at(RULE, path).arg("structures", listed.clone());
    match (author_fits, custodian_fits) {
        (true, _) => Vec::new(),
        (false, true) => vec![finding("/ClinicalDocument/author").warning().detail(
            format!("aucun auteur du CDA n'est de la structure déposante ({listed}) : auteurs externes"),
            format!("no author of the CDA is of the depositing structure ({listed}): external authors"),
        )],
        (false, false) => {
            vec![finding("/ClinicalDocument/author/assignedAuthor/representedOrganization/id").detail(
                format!("ni un auteur du CDA ni son custodian n'est la structure déposante ({listed})"),
                format!(
                    "neither an author of the CDA nor its custodian is the depositing structure ({listed})"
                ),
            )]
        }
    }
}

/// Persons are not shown: an author may be the patient.
fn persons(case: &CdaCase<'_>) -> Vec<Finding> {
    let senders: HashSet<&str> = case.content.submission.set.author_persons().collect();
    let authors = case.header.authors.iter().flat_map(|author| &author.person.ids);
    let signer = case.header.legal_authenticator.iter().flat_map(|person| &person.ids);
    if authors.chain(signer).any(|id| names(id, &senders)) {
        return Vec::new();
    }
    vec![case.subject.finding_at(RULE, "/ClinicalDocument/author/assignedAuthor/id").detail(
        "aucun auteur du CDA n'est l'auteur du lot de soumission",
        "no author of the CDA is the author of the submission set",
    )]
}

fn names(id: &At<InstanceId>, known: &HashSet<&str>) -> bool {
    known.contains(id.value.extension.as_deref().unwrap_or(&id.value.root))
}
