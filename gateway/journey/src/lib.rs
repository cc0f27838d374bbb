//! What *happens*: one readable function per use case, the same for every door.
//!
//! [`deposit`], [`search`], [`retrieve`], [`find_patient`] and [`operate`] take a request through
//! identity, decision, checks and one commit. The ports ([`Store`], [`Clock`], [`Ids`]) say what they need.

pub mod checks;
mod deposit;
mod desk;
mod digest;
mod event;
mod links;
mod operate;
mod patient;
mod ports;
mod refusal;
mod retrieve;
mod search;

pub use checks::content::{Checked, Fingerprint};
pub use deposit::{Superseded, deposit, deposit_superseding, dry_run};
pub use desk::{Desk, Pack};
pub use event::{Act, Event, EventOutcome};
pub use operate::operate;
pub use patient::find_patient;
pub use ports::{
    Claim, Clock, CommitError, DocumentKey, Fault, HistoryLine, Ids, JournalReport, LinkFacts, Linked,
    MOST_ON_A_PAGE, RecordError, Store, StoredEntry, Target, is_inside,
};
pub use refusal::{Refusal, Refused};
pub use retrieve::{Document, DocumentAsk, read_entry, retrieve, retrieve_if};
pub use search::{Found, search};
