//! Which notices follow from an event: written in its transaction, sent afterwards by the relay.
//!
//! Exactly one to the holder for each committed deposit, replacement and change of a document; the first access
//! by a professional, or each one if so set; an emergency access always, and break-glass to the médecin traitant
//! as well (R.1111-48). Nothing follows from what was refused. A notice carries no title and no content.

use policy::AccessNotice;

use crate::{Act, Event, EventOutcome};

/// What a notice tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A document was deposited.
    Deposited,
    /// A document was deposited in the place of another.
    Replaced,
    /// A document was masked, shown, archived or deleted: the event's deeds say what.
    Amended,
    /// A professional accessed the record for the first time.
    FirstAccess,
    /// A professional accessed the record.
    Access,
    /// Somebody accessed the record in an emergency mode.
    Emergency,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [NoticeKind; 6] = [
        NoticeKind::Deposited,
        NoticeKind::Replaced,
        NoticeKind::Amended,
        NoticeKind::FirstAccess,
        NoticeKind::Access,
        NoticeKind::Emergency,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            NoticeKind::Deposited => "deposited",
            NoticeKind::Replaced => "replaced",
            NoticeKind::Amended => "amended",
            NoticeKind::FirstAccess => "first-access",
            NoticeKind::Access => "access",
            NoticeKind::Emergency => "emergency",
        }
    }

    /// The kind with this name.
    pub fn named(name: &str) -> Option<NoticeKind> {
        NoticeKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// The holder; for a minor, whoever represents them.
    Holder,
    /// The declared médecin traitant, if there is one.
    TreatingPhysician,
}

impl Recipient {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Recipient::Holder => "holder",
            Recipient::TreatingPhysician => "treating-physician",
        }
    }
}

/// True for an access by a professional or a structure that was not refused: what a first access is counted by.
pub fn is_access(event: &Event) -> bool {
    let professional = matches!(event.kind, "professional" | "structure");
    let reads = match event.act {
        Act::Search | Act::Retrieve => true,
        Act::Deposit
        | Act::Rehearse
        | Act::ReadIdentity
        | Act::ImportIdentity
        | Act::OpenRecord
        | Act::CloseRecord
        | Act::EraseRecord
        | Act::Represent
        | Act::IssueCode
        | Act::Activate
        | Act::Choose
        | Act::ReadRights
        | Act::Amend
        | Act::ReadHistory
        | Act::Export
        | Act::Review => false,
    };
    professional && reads && event.outcome == EventOutcome::Done
}

/// True for an access in an emergency mode: it enters the review queue.
pub fn is_emergency(event: &Event) -> bool {
    is_access(event) && event.mode != "normal"
}

/// The notices of an event. `first` = no access by this professional stood in the record before.
pub fn notices(event: &Event, first: bool, preference: AccessNotice) -> Vec<(NoticeKind, Recipient)> {
    if event.outcome != EventOutcome::Done {
        return Vec::new();
    }
    if is_emergency(event) {
        let mut told = vec![(NoticeKind::Emergency, Recipient::Holder)];
        if event.mode == "bris_de_glace" {
            told.push((NoticeKind::Emergency, Recipient::TreatingPhysician));
        }
        return told;
    }
    if is_access(event) {
        let kind = match (first, preference) {
            (true, AccessNotice::First | AccessNotice::Each) => NoticeKind::FirstAccess,
            (false, AccessNotice::Each) => NoticeKind::Access,
            (false, AccessNotice::First) => return Vec::new(),
        };
        return vec![(kind, Recipient::Holder)];
    }
    let kind = match event.act {
        Act::Deposit if event.deeds.iter().any(|deed| deed == "replace") => NoticeKind::Replaced,
        Act::Deposit => NoticeKind::Deposited,
        Act::Amend => NoticeKind::Amended,
        Act::Rehearse
        | Act::Search
        | Act::Retrieve
        | Act::ReadIdentity
        | Act::ImportIdentity
        | Act::OpenRecord
        | Act::CloseRecord
        | Act::EraseRecord
        | Act::Represent
        | Act::IssueCode
        | Act::Activate
        | Act::Choose
        | Act::ReadRights
        | Act::ReadHistory
        | Act::Export
        | Act::Review => return Vec::new(),
    };
    vec![(kind, Recipient::Holder)]
}
