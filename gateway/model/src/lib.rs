//! What *is*: the vocabulary of the record, shaped like XDS metadata (IHE ITI TF-3 §4).
//!
//! Every value here was parsed, not validated: holding one is proof of its grammar.
//! The crate does no I/O, knows no wire format and derives no serialisation.

mod association;
mod author;
mod caller;
mod code;
mod criterion;
mod email;
mod entry;
mod finding;
mod folder;
#[cfg(feature = "generated")]
pub mod generated;
mod hl7;
mod hl7_types;
mod id;
mod ins;
mod membership;
mod oid;
mod party;
mod patient_domain;
mod person;
mod person_query;
mod query;
mod receipt;
mod registry_query;
mod rule;
mod set;
mod submission;
mod text;
mod time;

pub use association::{Association, AssociationKind, ObjectRef};
pub use author::{Author, CodedText};
pub use caller::{Actor, Caller, Channel, PersonId, Purpose, RequestId, StructureId, SubjectRole};
pub use code::{Code, system};
pub use criterion::{
    AuthorTest, CodeField, CodeTest, Criterion, IdentifierTest, InstantField, Optional, Sort, Term,
};
pub use email::EmailAddress;
pub use entry::{Availability, DocumentEntry, EntryKind, Visibility as VisibilityFlag, visibility_flags};
pub use finding::{Finding, Location, Malformed, Parse, Severity, SubmittedObject};
pub use folder::Folder;
pub use hl7::{escape, split_components, split_subcomponents, unescape};
pub use hl7_types::{Cx, ReferenceId, Xcn, Xon};
pub use id::{EntryUuid, LanguageTag, MimeType, Sha1, UniqueId};
pub use ins::{Ins, InsDomain};
pub use membership::{HAS_MEMBER, Member, Membership};
pub use oid::Oid;
pub use party::{EmergencyMode, Party};
pub use patient_domain::PatientDomain;
pub use person::{
    Address, FurtherTraits, Identity, PersonName, PostalAddress, Sex, SourcePatientInfo, Telecom, TelecomKind,
};
pub use person_query::{DateMatch, INDEXED_LETTERS, PersonQuery, TextMatch, TraitKey, folded};
pub use query::{DateRange, DocumentQuery, MetadataLevel, OnlineState, Page, Paging, Scope};
pub use receipt::{Depositor, Receipt, ReceivedDocument};
pub use registry_query::{ContentFilter, Named, RegistryQuery, Statuses};
pub use rule::{Rule, Stage};
pub use set::SubmissionSet;
pub use submission::{Content, ContentBytes, PartId, Staged, Submission};
pub use text::{Compared, TextTest};
pub use time::{Hl7Time, Moment};
