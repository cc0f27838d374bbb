//! What *happens*: one readable function per use case, the same for every door.
//!
//! [`deposit`], [`search`], [`retrieve`], [`find_people`], [`existence`], [`amend`], [`choose`],
//! [`act_for_oneself`], [`read_rights`], [`read_history`], [`export`] and [`operate`] take a request through
//! identity, decision, checks and one commit. The ports ([`Store`], [`Clock`], [`Ids`]) say what they need.

mod activate;
mod amend;
mod arrival;
mod audit_entry;
pub mod checks;
mod delivery;
mod deposit;
mod deposit_status;
mod describe;
mod desk;
mod digest;
mod directory;
mod endpoint;
mod event;
mod export;
mod feed;
mod history;
mod like;
mod links;
mod located;
mod notices;
pub mod offline;
mod operate;
mod outgoing;
mod own_authorisation;
mod pack;
mod patient;
mod people;
mod ports;
mod refusal;
mod registry;
mod retrieve;
mod revise;
mod rights;
mod search;
mod subscription;
mod uniqueness;
mod versions;
mod who;

pub use activate::{ActivationProof, CODE_SECONDS, MOST_TRIES, activate, outcome_of_try, request_code};
pub use amend::{Plan, amend, amend_by};
pub use arrival::{NoParts, Parts, Piece, SMALL};
pub use audit_entry::{AuditEntry, AuditedDocument};
pub use checks::content::{Checked, Fingerprint};
pub use delivery::{
    Addressee, DueNotice, Handshake, Letter, Mailroom, Message, Notice, NoticeKey, PastEvent, Report,
    Settled, Summary,
};
pub use deposit::{
    Restated, RestatedFolder, Superseded, deposit, deposit_arriving, deposit_restating, dry_run,
};
pub use deposit_status::{DepositStatus, deposit_status};
pub use describe::{Described, describe_cda};
pub use desk::Desk;
pub use directory::{Directory, refused_by_directory};
pub use endpoint::{AllowedOrigins, HookEndpoint, Origin, is_public};
pub use event::{Act, Event, EventOutcome};
pub use export::{Export, export, exported_bytes};
pub use feed::{Fed, feed, merge};
pub use history::{HistoryLine, MOST_LINES, read_history};
pub use like::like;
pub use notices::{NoticeKind, Recipient, is_access, is_emergency, notices};
pub use operate::{choose, operate};
pub use outgoing::{Form, Outgoing, Segment};
pub use own_authorisation::{OwnAct, act_for_oneself};
pub use pack::{IdentityStatus, Pack, Uniqueness};
pub use patient::{Existence, ExistenceAsk, Oppositions, existence};
pub use people::{
    Candidates, Description, Former, FoundPerson, Grade, Likeness, MOST_PEOPLE, MatchAsk, Matched, People,
    PeopleAsk, PeopleStore, Person, current, find_people, match_people,
};
pub use policy::{Ground, OwnAuthorisation, RecordState};
pub use ports::{
    Claim, Clock, CommitError, DocumentKey, Fault, Ids, JournalReport, LinkFacts, Linked, LinkedMember,
    MOST_ON_A_PAGE, ObjectKey, RecordError, Staging, Store, StoredEntry, Target, TargetFolder, is_inside,
};
pub use refusal::{Refusal, Refused};
pub use registry::{
    DocumentVersion, End, FolderVersion, Holdings, Item, LinkKind, ListAsk, ListObject, ListPage, ListsFound,
    RegistryAnswer, ShownLink, ShownList, StoredFolder, StoredLink, StoredSet, find_lists, is_author,
    is_sealed, like_author, like_reference, sealed_terms_hold, stored_query, term_holds,
};
pub use retrieve::{DocumentAsk, Looked, Opened, Take, open_if, read_entry, retrieve};
pub use revise::{Update, UpdateOperation, remove_document, remove_metadata, update};
pub use rights::{InForce, Linkage, Rights, read_rights};
pub use search::{Found, search, search_beside};
pub use subscription::{
    MOST_EVENTS, MOST_SUBSCRIPTIONS, Outlet, PayloadContent, Subscriber, Subscription, SubscriptionStatus,
    Topic, Wanted, resubscribe, subscribe, subscription, subscription_events, subscriptions, unsubscribe,
};
pub use versions::read_versions;
pub use who::{Hypothesis, PartySight, ProfessionSight, Sight, Title, WhoCouldSee, who_could_see};
