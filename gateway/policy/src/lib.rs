//! Who *may*: the one decision procedure of every door, pure and total.
//!
//! Two witnesses leave this crate and nothing else can make them: [`Permitted`] (an act may be written)
//! and [`Visible`] (an object may be shown). The order of the rules is `decision-order`; each rule is a
//! file under `rules/`; the combination is [`decide_deposit`], [`decide_read`], [`decide_document`],
//! [`decide_operation`], [`decide_history`] and [`decide_export`]:
//! deny wins, every vote is kept.
//!
//! A permit cannot be forged:
//! ```compile_fail
//! let forged = policy::Permitted { value: (), facts: policy::FactsVersion(0) };
//! ```
//! nor cloned:
//! ```compile_fail
//! fn twice(permit: policy::Permitted<model::Submission>) {
//!     let _ = permit.clone();
//! }
//! ```
//! nor filled with something else than what was judged:
//! ```compile_fail
//! fn swap(mut permit: policy::Permitted<model::Submission>, other: model::Submission) {
//!     *permit.get_mut() = other;
//! }
//! ```
//! and something visible is only made by admission:
//! ```compile_fail
//! fn show(entry: model::DocumentEntry) -> policy::Visible<model::DocumentEntry> {
//!     policy::Visible { value: entry }
//! }
//! ```
//! ```compile_fail
//! fn show(entry: model::DocumentEntry) -> policy::Visible<model::DocumentEntry> {
//!     policy::Visible::from(entry)
//! }
//! ```

mod clause;
mod deposit;
mod document_act;
mod existence;
mod export;
mod facts;
mod history;
mod holder;
mod law;
mod merge;
mod operation;
mod permit;
mod place;
mod read;
mod revision;
mod rights;
mod rules;
mod setting;
mod subscription;
mod traits;
mod visibility;
mod vote;

pub use clause::Clause;
pub use deposit::decide_deposit;
pub use document_act::{Amendment, DocumentAct, decide_document};
pub use existence::{OwnAuthorisation, own_authorisation};
pub use export::decide_export;
pub use facts::{Authorisation, Facts, FactsVersion, RecordState, Relation, Standing};
pub use history::{HistoryScope, Lineage, decide_history};
pub use holder::Holder;
pub use law::{DepositMatrix, Law, Switches};
pub use merge::{Merge, decide_merge};
pub use operation::{Link, Operation, ProvisionalCode, Representation, decide_operation};
pub use permit::Permitted;
pub use place::{Place, place_of};
pub use read::{Ask, ReadAct, ReadDenial, absence, decide_administrative_data, decide_identity, decide_read};
pub use revision::{
    NewLink, RegistryChange, RevisedObject, RevisingSet, Revision, decide_revision, keeps_registry,
};
pub use rights::{RightsScope, decide_rights};
pub use rules::depositor_signs_the_set::signs_the_set;
pub use setting::{AccessNotice, Choice, Grant, Ground, Setting};
pub use subscription::{SubscriptionAct, decide_subscription};
pub use traits::{TraitScope, decide_trait_search, tells_contact};
pub use visibility::{Judged, Masked, Own, TypeClause, Visibility, Visible};
pub use vote::{Denial, Verdict, Vote};
