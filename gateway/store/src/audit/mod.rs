//! The journal's tamper evidence: signed roots over all lanes, and the verification against them. Beside it, how
//! often the gateway is used, in figures that name nobody.

mod check_roots;
mod figures;
mod hex;
mod key;
mod lane;
mod merkle;
mod report;
mod root;
mod roots_file;
mod seal;
mod usage;
mod verify;

pub use figures::{Figure, Month, SMALLEST_CELL, Shown};
pub use key::{PublicKeys, SealingKey, SealingKeyError};
pub use report::{AuditFault, AuditReport, FaultKind, Unsealed};
pub use seal::{Seal, SealError};
pub use verify::Evidence;

pub(crate) use seal::KeptRoot;
pub(crate) use usage::Usage;
#[cfg(test)]
pub(crate) use {roots_file::Lines, verify::Auditor};
