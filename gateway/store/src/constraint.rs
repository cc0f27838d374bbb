//! The constraints that a caller can violate by losing a race, and the rule that each one is (decision-order H2).
//!
//! SQLite reports a violated UNIQUE or PRIMARY KEY by its columns, not by its name: both stand here.

use model::Rule;

/// One constraint of the schema.
struct Constraint {
    /// Its name in the migrations.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the name is what the test compares with the migrations")
    )]
    name: &'static str,
    /// What SQLite says when it is violated.
    columns: &'static str,
    /// What it demands.
    rule: Rule,
}

const CONSTRAINTS: [Constraint; 9] = [
    // Another person is known by this identifier.
    Constraint {
        name: "known_as_is_one_persons",
        columns: "known_as.identifier",
        rule: Rule::OnePatientInSubmission,
    },
    Constraint {
        name: "submission_set_unique_id_is_free",
        columns: "submission_set.patient_key, submission_set.unique_id",
        rule: Rule::SetIdIsFree,
    },
    Constraint {
        name: "entry_unique_id_is_free",
        columns: "entry.patient_key, entry.unique_id, entry.copy_no",
        rule: Rule::DocumentIdIsFree,
    },
    Constraint {
        name: "folder_unique_id_is_free",
        columns: "folder.patient_key, folder.unique_id",
        rule: Rule::SetIdIsFree,
    },
    Constraint { name: "folder_pk", columns: "folder.patient_key, folder.folder", rule: Rule::EntryIdIsFree },
    Constraint { name: "locator_uuid_is_free", columns: "locator.id_index", rule: Rule::EntryIdIsFree },
    Constraint {
        name: "submission_set_pk",
        columns: "submission_set.patient_key, submission_set.set_uuid",
        rule: Rule::EntryIdIsFree,
    },
    Constraint {
        name: "document_pk",
        columns: "document.patient_key, document.document",
        rule: Rule::EntryIdIsFree,
    },
    Constraint {
        name: "association_pk",
        columns: "association.patient_key, association.association",
        rule: Rule::EntryIdIsFree,
    },
];

/// The rule of a violated constraint, if it has one.
pub(crate) fn rule_of(error: &sqlx::Error) -> Option<Rule> {
    let error = error.as_database_error().filter(|error| error.is_unique_violation())?;
    let columns = error.message().strip_prefix("UNIQUE constraint failed: ")?;
    CONSTRAINTS.iter().find(|constraint| constraint.columns == columns).map(|constraint| constraint.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mapped_constraint_is_in_the_schema_by_its_name() {
        let schema: String = crate::migrations::STEPS.iter().map(|(_, _, sql)| *sql).collect();
        for constraint in CONSTRAINTS {
            assert!(
                schema.contains(&format!("CONSTRAINT {} ", constraint.name))
                    || schema.contains(&format!("UNIQUE INDEX {} ", constraint.name)),
                "{}",
                constraint.name
            );
        }
    }

    #[test]
    fn every_constraint_of_the_schema_has_a_name() {
        let steps = crate::migrations::STEPS.iter();
        for line in steps.flat_map(|(_, _, sql)| sql.lines()).map(str::trim) {
            for keyword in ["PRIMARY KEY (", "UNIQUE (", "CHECK ("] {
                assert!(!line.starts_with(keyword), "{line}");
            }
        }
    }
}
