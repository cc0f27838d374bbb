//! E1 and E2: a minor's secret connection, and what may be deposited in one.
//!
//! Source: decision-order E1, E2 (R.1111-50). Refused: a secret connection for an adult; in one, a document
//! without INVISIBLE_REPRESENTANTS_LEGAUX (the set's signature excepted).

use mappings::Kind;
use model::{Finding, Rule, VisibilityFlag};

use super::refuse_if;
use crate::deposit::DepositCase;

pub(crate) fn of_a_minor(case: &DepositCase<'_>) -> Vec<Finding> {
    refuse_if(case.caller.secret_connection && !case.facts.holder_is_minor, Rule::SecretConnectionIsOfAMinor)
}

pub(crate) fn secret_documents(case: &DepositCase<'_>) -> Vec<Finding> {
    if !case.caller.secret_connection {
        return Vec::new();
    }
    case.submission
        .entries
        .iter()
        .map(|(entry, _)| entry)
        .filter(|entry| {
            !case.law.mappings.codes.is(Kind::SetSignature, &entry.type_code)
                && !entry.has_flag(VisibilityFlag::InvisibleRepresentantsLegaux)
        })
        .map(|entry| {
            Finding::new(Rule::SecretConnectionDepositsSecretDocuments)
                .arg("document", entry.unique_id.as_str())
        })
        .collect()
}
