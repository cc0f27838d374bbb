//! B10: no uniqueId twice in one message, the set's included.
//!
//! Source: IHE ITI TF-3 registration rule 9: a registry has a code of its own for it.

use std::collections::HashSet;

use model::{Finding, Location, Rule};

use super::{RequestCase, members};

pub(super) fn check(case: &RequestCase<'_>) -> Vec<Finding> {
    let mut seen: HashSet<&str> = case.submission.set.unique_id.iter().map(|id| id.as_str()).collect();
    members(case.submission)
        .filter(|(_, id, _)| !seen.insert(id.as_str()))
        .map(|(object, id, _)| {
            let finding = Finding::new(Rule::IdsDifferInsideMessage)
                .at(Location::Submitted(object, "uniqueId"))
                .arg("document", id.as_str());
            match case.transaction {
                "ITI-42" | "ITI-57" | "ITI-61" => finding.code("XDSRegistryDuplicateUniqueIdInMessage"),
                _ => finding,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use model::Rule;

    use crate::checks::content::tests::deposit;
    use crate::checks::request::tests::{asked, folder};

    #[test]
    fn an_id_twice_is_found_on_entries_and_folders_with_the_code_of_the_transaction() {
        let mut submission = deposit("lab-report");
        let again = submission.entries[0].clone();
        submission.entries.push(again);
        submission.folders.push(folder(&submission));
        submission.folders[0].unique_id = submission.set.unique_id.clone().expect("an id");
        let codes = |transaction: &str| {
            let found = asked(transaction, &submission).into_iter();
            let of_rule = found.filter(|finding| finding.rule == Rule::IdsDifferInsideMessage);
            of_rule.map(|finding| finding.xds_code).collect::<Vec<_>>()
        };
        assert_eq!(codes("ITI-41"), [None, None]);
        assert_eq!(codes("ITI-42"), [Some("XDSRegistryDuplicateUniqueIdInMessage"); 2]);
    }

    #[test]
    fn a_folder_is_of_the_same_patient_and_has_a_bare_oid() {
        let mut submission = deposit("lab-report");
        let mut other = folder(&submission);
        other.patient = model::Ins::parse("158112A00499224", "1.2.250.1.213.1.4.10").expect("an INS");
        other.unique_id = model::UniqueId::parse("2.999.6^1").expect("an id");
        submission.folders.push(other);
        let found: Vec<Rule> = asked("ITI-42", &submission).into_iter().map(|finding| finding.rule).collect();
        assert!(found.contains(&Rule::OnePatientInSubmission) && found.contains(&Rule::UniqueIdIsAnOid));
    }
}
