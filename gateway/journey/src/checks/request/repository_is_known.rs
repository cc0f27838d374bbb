//! B2: a document registered without its bytes is held by a repository that the operator listed.
//!
//! Source: IHE ITI TF-3 table 4.2.3.2-1 (repositoryUniqueId). This repository gets its documents by ITI-41, with their
//! bytes: a registration in its name is taken only in an open domain. An update (ITI-57, ITI-92) registers nothing: its
//! document stays where it is, here or at a listed repository.

use model::{Content, DocumentEntry, Finding, Location, Rule, SubmittedObject};

use super::RequestCase;

/// Transactions whose documents are in the record already.
const UPDATES: [&str; 2] = ["ITI-57", "ITI-92"];

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let entries = case.submission.entries.iter().enumerate();
    let elsewhere = entries.filter(|(_, (_, content))| matches!(content, Content::Elsewhere));
    elsewhere.filter_map(|(index, (entry, _))| refusal(case, index, entry)).collect()
}

fn refusal(case: &RequestCase<'_>, index: usize, entry: &DocumentEntry) -> Option<Finding> {
    let at = Location::Submitted(SubmittedObject::Entry(index), "repositoryUniqueId");
    let finding = Finding::new(Rule::RepositoryIsKnown).at(at).arg("document", entry.unique_id.as_str());
    let updates = UPDATES.contains(&case.transaction);
    let Some(given) = &entry.repository else {
        return (!updates)
            .then(|| finding.detail("repositoryUniqueId attendu", "expected repositoryUniqueId"));
    };
    if *given == case.pack.repository {
        return (!updates && !case.pack.registers_own_repository).then(|| {
            finding.arg("id", given.as_str()).detail(
                "c'est cet entrepôt-ci, qui reçoit ses documents par ITI-41",
                "it is this repository, which gets its documents by ITI-41",
            )
        });
    }
    let listed = case.pack.any_repository || case.pack.repositories.contains(given);
    (!listed).then(|| finding.arg("id", given.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pack;
    use crate::checks::content::tests::{MAPPINGS, deposit, structure};
    use model::{InsDomain, Oid};
    use policy::Switches;

    fn refused(own: bool, repository: Option<&str>) -> bool {
        refused_in("ITI-42", own, repository)
    }

    fn refused_in(transaction: &'static str, own: bool, repository: Option<&str>) -> bool {
        refused_by(|pack| Pack { registers_own_repository: own, ..pack }, transaction, repository)
    }

    fn refused_by(
        change: impl FnOnce(Pack) -> Pack,
        transaction: &'static str,
        repository: Option<&str>,
    ) -> bool {
        let oid = |text: &str| Oid::parse(text).expect("an OID");
        let pack = Pack {
            repositories: vec![oid("2.999.7")],
            ..Pack::french(vec![InsDomain::NirTest], oid("2.999"))
        };
        let pack = change(pack);
        let mut submission = deposit("lab-report");
        for (entry, content) in &mut submission.entries {
            entry.repository = repository.map(oid);
            *content = Content::Elsewhere;
        }
        let (switches, caller) = (Switches::default(), structure("1999999992"));
        let mappings = &*MAPPINGS;
        let (pack, caller, submission) = (&pack, &caller, &submission);
        let case = RequestCase { mappings, switches: &switches, pack, transaction, caller, submission };
        !check(&case).is_empty()
    }

    #[test]
    fn only_a_listed_repository_registers_documents() {
        for own in [true, false] {
            assert!(!refused(own, Some("2.999.7")));
            assert!(refused(own, Some("2.999.8")));
            assert!(refused(own, None));
        }
    }

    #[test]
    fn documents_of_this_repository_are_registered_without_bytes_in_an_open_domain_only() {
        assert!(refused(false, Some("2.999")));
        assert!(!refused(true, Some("2.999")));
    }

    #[test]
    fn an_update_leaves_its_document_where_it_is() {
        for transaction in UPDATES {
            assert!(!refused_in(transaction, false, Some("2.999")));
            assert!(!refused_in(transaction, false, None));
            assert!(refused_in(transaction, false, Some("2.999.8")));
        }
    }

    #[test]
    fn where_the_pack_says_so_any_repository_registers_documents_but_says_which_it_is() {
        let any = |pack| Pack { any_repository: true, ..pack };
        assert!(!refused_by(any, "ITI-42", Some("2.999.8")));
        assert!(refused_by(any, "ITI-42", None));
    }
}
