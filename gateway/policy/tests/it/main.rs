//! The decision procedure, whole: against an independent oracle, and rule by rule where the oracle does not look.

mod documents;
mod history;
mod kinds;
mod operations;
mod oracle;
mod persona;
mod records;
mod rights;
mod votes;
