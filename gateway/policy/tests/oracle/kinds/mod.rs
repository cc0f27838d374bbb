//! One file a kind of decision: which combinations are written, and what is decided on each.

pub(crate) mod act;
pub(crate) mod choice;
pub(crate) mod deposit;
pub(crate) mod read;
pub(crate) mod show;

use mappings::Mappings;
use model::{Code, Finding};
use policy::{Denial, ReadDenial};

use crate::records::NOW;

/// The refusing rules, each once, in alphabetical order.
pub(crate) fn names(findings: &[Finding]) -> String {
    let mut names: Vec<&str> = findings.iter().map(|finding| finding.rule.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join("+")
}

pub(crate) fn denied(denial: &Denial) -> String {
    names(&denial.findings)
}

pub(crate) fn not_read(denial: &ReadDenial) -> String {
    match denial {
        ReadDenial::Absent => "absent".to_owned(),
        ReadDenial::Denied(denial) => denied(denial),
    }
}

/// The types of the matrix, and the set's signature.
pub(crate) fn types(mappings: &Mappings, full: bool) -> Vec<Code> {
    let few = ["11502-2", "11369-6", "EXPPAT_1", "E1762"];
    let all = mappings.habilitation_at(NOW).types().map(|(_, code)| code.clone());
    all.filter(|code| full || few.contains(&code.value.as_str())).collect()
}
