//! The table of Consents: what a Consent says, and the one choice that it means. Both directions stand here and
//! nowhere else; `docs/consent.md` shows it.

use model::{EmergencyMode, EntryUuid, Party};
use policy::{Grant, Setting};

/// What a Consent says, of all that can be said here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    /// `provision.type`.
    pub(super) decision: Decision,
    /// `policy.uri`.
    pub(super) policy: Policy,
    /// `provision.actor`.
    pub(super) actor: Option<Party>,
    /// `provision.purpose`.
    pub(super) mode: Option<EmergencyMode>,
    /// `provision.securityLabel` is MASQUE_PS.
    pub(super) masked: bool,
    /// `provision.data`.
    pub(super) document: Option<EntryUuid>,
}

/// `provision.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Permit,
    Deny,
}

/// The policies that a Consent can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// Consulting the record.
    Access,
    /// Feeding it.
    Feeding,
    /// The record itself.
    Record,
}

impl Policy {
    pub(super) const ALL: [Policy; 3] = [Policy::Access, Policy::Feeding, Policy::Record];

    /// `policy.uri`.
    pub(super) const fn uri(self) -> &'static str {
        match self {
            Policy::Access => "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal",
            Policy::Feeding => "urn:passerelle:policy:feeding",
            Policy::Record => "https://profiles.ihe.net/ITI/PCF/Policy-deny",
        }
    }
}

/// What a Consent puts in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// One setting.
    Set(Setting),
    /// The opposition to the record.
    OpposeRecord,
}

/// What the parts mean; `None` for everything that the table does not list. The grant is that of an authorisation,
/// and `None` if it could not be read.
pub(super) fn meaning(parts: Parts, grant: Option<Grant>) -> Option<Wish> {
    use Decision::{Deny, Permit};
    use Policy::{Access, Feeding, Record};
    let Parts { decision, policy, actor, mode, masked, document } = parts;
    let setting = match (decision, policy, actor, mode, masked, document) {
        (Permit, Access, Some(party), None, false, None) => Setting::Authorised(party, grant?),
        (Deny, Access, Some(party), None, false, None) => Setting::Blocked(party),
        (Deny, Feeding, Some(party), None, false, None) => Setting::FeedingRefused(party),
        (Deny, Access, None, Some(mode), false, None) => Setting::Opposed(mode),
        (Permit, Access, None, Some(mode), true, None) => Setting::MaskedAllowed(mode),
        (Deny, Access, Some(party), None, false, Some(document)) => Setting::MaskedTo(document, party),
        (Deny, Record, None, None, false, None) => return Some(Wish::OpposeRecord),
        // Whatever else can be said means nothing here, and never a permission.
        (Permit | Deny, Access | Feeding | Record, _, _, _, _) => return None,
    };
    Some(Wish::Set(setting))
}

/// True if the parts are an authorisation: only that has a ground and an end.
pub(super) fn is_authorisation(parts: &Parts) -> bool {
    let Parts { decision, policy, actor, mode, masked, document } = parts;
    let plain = mode.is_none() && !masked && document.is_none();
    *decision == Decision::Permit && *policy == Policy::Access && actor.is_some() && plain
}

/// What a Consent says for this; `None` for the médecin traitant, whom a CareTeam tells.
pub(super) fn parts(wish: &Wish) -> Option<Parts> {
    use Decision::{Deny, Permit};
    use Policy::{Access, Feeding, Record};
    let plain =
        Parts { decision: Deny, policy: Access, actor: None, mode: None, masked: false, document: None };
    let to = |party: &Party| Some(party.clone());
    let setting = match wish {
        Wish::Set(setting) => setting,
        Wish::OpposeRecord => return Some(Parts { policy: Record, ..plain }),
    };
    Some(match setting {
        Setting::Authorised(party, _) => Parts { decision: Permit, actor: to(party), ..plain },
        Setting::Blocked(party) => Parts { actor: to(party), ..plain },
        Setting::FeedingRefused(party) => Parts { policy: Feeding, actor: to(party), ..plain },
        Setting::Opposed(mode) => Parts { mode: Some(*mode), ..plain },
        Setting::MaskedAllowed(mode) => Parts { decision: Permit, mode: Some(*mode), masked: true, ..plain },
        Setting::MaskedTo(document, party) => Parts { actor: to(party), document: Some(*document), ..plain },
        Setting::Treating(_) => return None,
    })
}

/// The same setting: the grant of an authorisation is not looked at.
pub(super) fn same(one: &Setting, other: &Setting) -> bool {
    match (one, other) {
        (Setting::Authorised(one, _), Setting::Authorised(other, _)) => one == other,
        (one, other) => one == other,
    }
}
