//! Acts on one document: masking, showing, archiving, deleting (ITI-57/92/62/86, PATCH, DELETE).
//!
//! Lines 1 to 8 of reading; then the document must be the caller's own, or visible to them, else it is as
//! absent; a reachable document without the right is refused in words. Own documents need no authorisation.

use model::{Caller, DocumentEntry, EntryUuid, Finding, Ins, Party, Rule, Stage};

use crate::permit::Depositor;
use crate::place::{Place, place_of};
use crate::read::{Ask, ReadAct, ReadCase, decide_read, reaches_documents};
use crate::rules::act_is_open_to_caller;
use crate::visibility::{Judged, is_own};
use crate::{Facts, Law, Permitted, ReadDenial};

/// One act on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentAct {
    /// Masks it to professionals (MASQUE_PS).
    Mask,
    /// Takes that mask off.
    Unmask,
    /// Masks it to this professional or structure.
    MaskTo(Party),
    /// Takes that mask off.
    UnmaskTo(Party),
    /// Shows it to the patient: lifts INVISIBLE_PATIENT, one way.
    Announce,
    /// Shows it to the representatives: lifts INVISIBLE_REPRESENTANTS_LEGAUX, one way.
    ShowToRepresentatives,
    /// Archives it.
    Archive,
    /// Takes it out of the archive.
    Restore,
    /// Deletes it logically: shown to nobody, kept.
    Delete,
    /// Deletes it definitively: its key is destroyed.
    Destroy,
    /// Destroys its bytes; what is known of it stays (ITI-86).
    DestroyContent,
    /// Replaces its metadata by these, in a domain where members do so. The associations follow, or stay with what
    /// was replaced.
    Correct {
        /// The new metadata, whole.
        entry: Box<DocumentEntry>,
        /// Whether the associations follow.
        propagate: bool,
    },
    /// Sets it aside without a successor.
    Deprecate,
    /// Takes back that it was set aside.
    Reinstate,
}

impl DocumentAct {
    /// The stable name, for the history.
    pub const fn name(&self) -> &'static str {
        match self {
            DocumentAct::Mask => "mask",
            DocumentAct::Unmask => "unmask",
            DocumentAct::MaskTo(_) => "mask-to",
            DocumentAct::UnmaskTo(_) => "unmask-to",
            DocumentAct::Announce => "announce",
            DocumentAct::ShowToRepresentatives => "show-to-representatives",
            DocumentAct::Archive => "archive",
            DocumentAct::Restore => "restore",
            DocumentAct::Delete => "delete",
            DocumentAct::Destroy => "destroy",
            DocumentAct::DestroyContent => "destroy-content",
            DocumentAct::Correct { .. } => "correct",
            DocumentAct::Deprecate => "deprecate",
            DocumentAct::Reinstate => "reinstate",
        }
    }
}

/// What is done to one document, in this order, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The document, by its logicalID.
    pub document: EntryUuid,
    /// The version of the metadata that was judged: checked again under lock.
    pub version: u32,
    /// The acts.
    pub acts: Vec<DocumentAct>,
    /// The entryUUID that a new version takes, where the caller gave one.
    pub entry_uuid: Option<EntryUuid>,
}

impl Permitted<Amendment> {
    /// The same, whose new version takes this entryUUID: it decides nothing.
    pub fn with_entry_uuid(self, entry_uuid: EntryUuid) -> Self {
        self.map(|amendment| Amendment { entry_uuid: Some(entry_uuid), ..amendment })
    }
}

/// One document and what is asked about it.
pub(crate) struct DocumentCase<'a> {
    pub law: Law<'a>,
    pub caller: &'a Caller,
    pub place: Option<Place>,
    pub acts: &'a [DocumentAct],
    pub own: bool,
    pub added_by_holder: bool,
    pub depositor_was_blocked: bool,
}

/// Judges acts on one document of a record: `Absent` hides a document that the caller does not reach.
pub fn decide_document<T: Judged>(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    patient: &Ins,
    document: &T,
    acts: Vec<DocumentAct>,
) -> Result<Permitted<Amendment>, ReadDenial> {
    let ask = Ask { patient: patient.clone(), act: ReadAct::OneReference };
    let place = place_of(law, facts, caller);
    let reading = ReadCase { law, facts, caller, place, ask: &ask };
    let ballot = reaches_documents(&reading)?;
    let own = place.is_some_and(|place| is_own(&reading, place, document));
    let visible = decide_read(law, facts, caller, &ask).is_ok_and(|visibility| visibility.admits(document));
    let case = DocumentCase {
        law,
        caller,
        place,
        acts: &acts,
        own,
        added_by_holder: document.added_by_holder(),
        depositor_was_blocked: document.depositor_was_blocked(),
    };
    if ballot.passes() && !own && !visible {
        return Err(ReadDenial::Absent);
    }
    let open = act_is_open_to_caller::on_a_document as fn(&DocumentCase<'_>) -> Vec<Finding>;
    let votes = ballot.stage(Stage::Right, &case, &[(Rule::ActIsOpenToCaller, open)]);
    let votes = votes.close().map_err(ReadDenial::Denied)?;
    let (document, version) = (document.entry().logical_id, document.entry().version);
    let amendment = Amendment { document, version, acts, entry_uuid: None };
    let version = law.matrix_version();
    Ok(Permitted::grant(amendment, patient.clone(), facts.version, version, Depositor::default(), votes))
}
