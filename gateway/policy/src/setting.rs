//! What the holder may choose about a record, and what stands in force: one vocabulary for both.

use model::{EmergencyMode, EntryUuid, Moment, Party, PersonId};

/// On what an authorisation rests (R.1111-46, L.1111-17, CE 15 October 2025 n°490409).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ground {
    /// The professional collected the patient's consent.
    ConsentCollected,
    /// The patient was informed that the care team may consult.
    CareTeamInformed,
    /// The holder granted it explicitly.
    GrantedByHolder,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Ground; 3] =
        [Ground::ConsentCollected, Ground::CareTeamInformed, Ground::GrantedByHolder];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Ground::ConsentCollected => "consent-collected",
            Ground::CareTeamInformed => "care-team-informed",
            Ground::GrantedByHolder => "granted-by-holder",
        }
    }

    /// The ground with this name.
    pub fn named(name: &str) -> Option<Ground> {
        Ground::ALL.into_iter().find(|ground| ground.name() == name)
    }
}

/// An authorisation: on what ground, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grant {
    /// The ground.
    pub ground: Ground,
    /// The first instant at which it is no longer valid.
    pub until: Moment,
}

impl Grant {
    /// How long an authorisation lasts that does not say: a year, in seconds.
    pub const USUAL_SECONDS: i64 = 365 * 86_400;

    /// One that is given now and does not say how long it lasts.
    pub fn usual(ground: Ground, now: Moment) -> Self {
        Grant { ground, until: now.to_hl7().start().plus_seconds(Grant::USUAL_SECONDS) }
    }
}

/// One thing that a choice sets or lifts, and that stands in force meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Setting {
    /// A professional or a structure may consult, under a grant.
    Authorised(Party, Grant),
    /// A professional or a structure is blocked.
    Blocked(Party),
    /// Feeding by a professional or a structure is refused on legitimate ground (R.1111-47).
    FeedingRefused(Party),
    /// An emergency mode is opposed.
    Opposed(EmergencyMode),
    /// Masked documents are allowed in an emergency mode.
    MaskedAllowed(EmergencyMode),
    /// The médecin traitant.
    Treating(PersonId),
    /// A document, by its logicalID, is masked to a professional or a structure.
    MaskedTo(EntryUuid, Party),
}

/// Which accesses by professionals the holder is told of; an emergency access always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AccessNotice {
    /// The first access by each professional.
    #[default]
    First,
    /// Every access.
    Each,
}

/// An act that changes who may do what on a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Choice {
    /// Puts a setting in force.
    Set(Setting),
    /// Lifts one; the grant of an authorisation is not looked at.
    Lift(Setting),
    /// Opposes the record: absent for everybody.
    OpposeRecord,
    /// Takes the opposition back: the record opens.
    WithdrawOpposition,
    /// Closes it: kept ten years, read by nobody.
    CloseRecord,
    /// Erases it at once: keys destroyed, a content-free proof stays.
    EraseRecord,
    /// Says which accesses to be told of.
    Notify(AccessNotice),
    /// Contests an access, by the id of its event: it enters the review queue.
    Contest(EntryUuid),
}

impl Choice {
    /// The stable name, for the history.
    pub const fn name(&self) -> &'static str {
        match self {
            Choice::Set(setting) => match setting {
                Setting::Authorised(..) => "authorise",
                Setting::Blocked(_) => "block",
                Setting::FeedingRefused(_) => "refuse-feeding",
                Setting::Opposed(_) => "oppose-mode",
                Setting::MaskedAllowed(_) => "allow-masked",
                Setting::Treating(_) => "declare-treating",
                Setting::MaskedTo(..) => "mask-to",
            },
            Choice::Lift(setting) => match setting {
                Setting::Authorised(..) => "withdraw",
                Setting::Blocked(_) => "unblock",
                Setting::FeedingRefused(_) => "accept-feeding",
                Setting::Opposed(_) => "accept-mode",
                Setting::MaskedAllowed(_) => "hide-masked",
                Setting::Treating(_) => "end-treating",
                Setting::MaskedTo(..) => "unmask-to",
            },
            Choice::OpposeRecord => "oppose-record",
            Choice::WithdrawOpposition => "withdraw-opposition",
            Choice::CloseRecord => "close-record",
            Choice::EraseRecord => "erase-record",
            Choice::Notify(_) => "notify",
            Choice::Contest(_) => "contest",
        }
    }
}
