//! What may be seen, as closed data; and the proof that one object may be shown.

use mappings::{Action, Column, Kind, Right};
use model::{Actor, Availability, Code, DocumentEntry, Ins, Party, Purpose, VisibilityFlag};

use crate::clause::Clause;
use crate::place::{Place, mode_of};
use crate::read::{ReadAct, ReadCase};
use crate::{FactsVersion, Vote};

/// Whose documents count as the caller's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// Those with this person among the authors.
    Person(String),
    /// Those with this structure among the author institutions.
    Structure(String),
    /// All of them: a member of an open domain.
    Anybody,
    /// None.
    Nobody,
}

/// What becomes of documents masked to professionals (line 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masked {
    /// Shown: patient side, declared médecin traitant in normal mode, or allowed in advance for the mode.
    Shown,
    /// The author's own only.
    OwnOnly,
    /// Hidden, authors included.
    Hidden,
}

/// What the matrix leaves (line 15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeClause {
    /// The matrix does not judge this caller.
    All,
    /// These types, and the caller's own documents whatever their type.
    Listed(Vec<Code>),
}

/// The clauses of lines 10 to 15 for one caller and one record. A store translates the accessors to its
/// query by an exhaustive match; every row must pass [`Visibility::admit`] as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    patient: Ins,
    facts: FactsVersion,
    matrix: String,
    own: Own,
    own_only: bool,
    show_deleted: bool,
    hide_unannounced: bool,
    hide_from_representatives: bool,
    masked: Masked,
    parties: Vec<Party>,
    chosen: Masked,
    types: TypeClause,
    signatures: Vec<Code>,
    votes: Vec<Vote>,
}

impl Visibility {
    pub(crate) fn of(case: &ReadCase<'_>, place: Place, votes: Vec<Vote>) -> Self {
        Visibility {
            patient: case.ask.patient.clone(),
            facts: case.facts.version,
            matrix: case.law.matrix_version(),
            own: own_of(case, place),
            own_only: place.is_structure(),
            show_deleted: shows_deleted(case, place),
            hide_unannounced: place.is_patient_side(),
            hide_from_representatives: place == Place::Representative && case.facts.holder_is_minor,
            masked: masked(case, place),
            parties: case.caller.parties().collect(),
            chosen: chosen(case, place),
            types: types(case, place),
            signatures: case.law.mappings.codes.of_kind(Kind::SetSignature),
            votes,
        }
    }

    /// Line 10: the record.
    pub fn patient(&self) -> &Ins {
        &self.patient
    }

    /// The facts that the decision rests on.
    pub fn facts_version(&self) -> FactsVersion {
        self.facts
    }

    /// The version of the matrix that decided.
    pub fn matrix_version(&self) -> &str {
        &self.matrix
    }

    /// Whose documents are the caller's own.
    pub fn own(&self) -> &Own {
        &self.own
    }

    /// Line 7: only own references.
    pub fn own_only(&self) -> bool {
        self.own_only
    }

    /// Line 11: what was deleted logically is shown (a switch, for professionals).
    pub fn show_deleted(&self) -> bool {
        self.show_deleted
    }

    /// Line 12: documents not announced to the patient are hidden.
    pub fn hide_unannounced(&self) -> bool {
        self.hide_unannounced
    }

    /// Line 13: documents kept from representatives are hidden.
    pub fn hide_from_representatives(&self) -> bool {
        self.hide_from_representatives
    }

    /// Line 14.
    pub fn masked(&self) -> Masked {
        self.masked
    }

    /// Line 14: the parties that a document may have been masked to, and what becomes of those.
    pub fn chosen(&self) -> (&[Party], Masked) {
        (&self.parties, self.chosen)
    }

    /// Line 15.
    pub fn types(&self) -> &TypeClause {
        &self.types
    }

    /// Line 15: the types of a set's signature, shown to their author only, whoever asks.
    pub fn signatures(&self) -> &[Code] {
        &self.signatures
    }

    /// Every rule that voted before, in order.
    pub fn votes(&self) -> &[Vote] {
        &self.votes
    }

    /// Shows the object if every clause admits it: the only maker of [`Visible`].
    pub fn admit<T: Judged>(&self, object: T) -> Option<Visible<T>> {
        self.admits(&object).then_some(Visible { value: object })
    }

    /// True if every clause admits the object.
    pub fn admits<T: Judged>(&self, object: &T) -> bool {
        Clause::ALL.iter().all(|clause| self.clause(*clause, object))
    }

    /// What each clause says of the object, in order, for `explain`.
    pub fn clauses<T: Judged>(&self, object: &T) -> Vec<(Clause, bool)> {
        Clause::ALL.iter().map(|clause| (*clause, self.clause(*clause, object))).collect()
    }

    fn clause<T: Judged>(&self, clause: Clause, object: &T) -> bool {
        let entry = object.entry();
        let own = || self.own.authored(entry);
        let shows = |masked: Masked| match masked {
            Masked::Shown => true,
            Masked::OwnOnly => own(),
            Masked::Hidden => false,
        };
        match clause {
            Clause::DocumentIsOfThisRecord => entry.patient == self.patient,
            Clause::DocumentIsNotDeleted => self.show_deleted || entry.availability != Availability::Deleted,
            Clause::DocumentIsOwn => !self.own_only || own(),
            Clause::DocumentIsAnnounced => {
                !self.hide_unannounced || !entry.has_flag(VisibilityFlag::InvisiblePatient)
            }
            Clause::DocumentIsNotKeptFromRepresentatives => {
                !self.hide_from_representatives
                    || !entry.has_flag(VisibilityFlag::InvisibleRepresentantsLegaux)
            }
            Clause::DocumentIsNotMasked => !entry.has_flag(VisibilityFlag::MasquePs) || shows(self.masked),
            Clause::DocumentIsNotMaskedToCaller => {
                !object.masked_to().iter().any(|party| self.parties.contains(party)) || shows(self.chosen)
            }
            Clause::SignatureIsOwn => own() || !self.signatures.contains(&entry.type_code),
            Clause::TypeIsOpenToProfession => match &self.types {
                TypeClause::All => true,
                TypeClause::Listed(types) => own() || types.contains(&entry.type_code),
            },
        }
    }
}

impl Own {
    /// True if the entry counts as the caller's own.
    fn authored(&self, entry: &DocumentEntry) -> bool {
        match self {
            Own::Person(id) => entry.author_persons().any(|author| author == id),
            Own::Structure(id) => entry.author_institutions().any(|institution| institution == id),
            Own::Anybody => true,
            Own::Nobody => false,
        }
    }
}

/// True if an undeleted document of the record asked about is the caller's own, visible or not.
pub(crate) fn is_own<T: Judged>(case: &ReadCase<'_>, place: Place, document: &T) -> bool {
    let entry = document.entry();
    entry.patient == case.ask.patient
        && entry.availability != Availability::Deleted
        && own_of(case, place).authored(entry)
}

/// Something that is shown or hidden with one document entry.
pub trait Judged {
    /// The entry that decides.
    fn entry(&self) -> &DocumentEntry;

    /// The professionals and structures that the holder masked it to.
    fn masked_to(&self) -> &[Party];

    /// The holder or a representative added it.
    fn added_by_holder(&self) -> bool;

    /// It was deposited by somebody whom the holder had blocked at that instant.
    fn depositor_was_blocked(&self) -> bool;
}

impl Judged for DocumentEntry {
    fn entry(&self) -> &DocumentEntry {
        self
    }

    fn masked_to(&self) -> &[Party] {
        &[]
    }

    fn added_by_holder(&self) -> bool {
        false
    }

    fn depositor_was_blocked(&self) -> bool {
        false
    }
}

/// The proof that an object may be shown to the caller of the decision.
#[derive(Debug)]
pub struct Visible<T> {
    value: T,
}

impl<T> Visible<T> {
    pub(crate) fn of(value: T) -> Self {
        Visible { value }
    }

    /// What may be shown.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// Gives the object for the answer.
    pub fn into_inner(self) -> T {
        self.value
    }
}

fn own_of(case: &ReadCase<'_>, place: Place) -> Own {
    if place == Place::Member {
        return Own::Anybody;
    }
    if place.is_structure() {
        return match &case.caller.structure {
            Some(structure) => Own::Structure(structure.0.clone()),
            None => Own::Nobody,
        };
    }
    match &case.caller.actor {
        Actor::Professional { id, .. } => Own::Person(id.0.clone()),
        Actor::Holder { ins } | Actor::Representative { ins } => Own::Person(ins.number().to_owned()),
        Actor::OfStructure { .. } | Actor::Operator { .. } => Own::Nobody,
    }
}

fn masked(case: &ReadCase<'_>, place: Place) -> Masked {
    let column = match place {
        Place::Holder | Place::Representative | Place::Member => return Masked::Shown,
        Place::Column(column) => column,
    };
    let allowed = match case.caller.purpose {
        Purpose::Normal if matches!(column, Column::Mt | Column::AirMt) => return Masked::Shown,
        Purpose::Normal => return Masked::OwnOnly,
        Purpose::BreakGlass { .. } => case.facts.masked_in_break_glass,
        Purpose::Centre15 => case.facts.masked_in_centre_15,
    };
    if allowed { Masked::Shown } else { Masked::Hidden }
}

/// As [`masked`], but that a médecin traitant who is named does not pass: the choice of a name is the stricter.
fn chosen(case: &ReadCase<'_>, place: Place) -> Masked {
    match (masked(case, place), &case.caller.purpose) {
        (Masked::Shown, Purpose::Normal) if matches!(place, Place::Column(_)) => Masked::OwnOnly,
        (masked, _) => masked,
    }
}

fn shows_deleted(case: &ReadCase<'_>, place: Place) -> bool {
    let right = |column| {
        let mode = mode_of(&case.caller.purpose);
        case.law.rights().right(column, mode, Action::ReadDeleted) != Right::Deny
    };
    match place {
        Place::Column(column) => case.law.switches.deleted_to_professionals && right(column),
        Place::Member => case.law.switches.deleted_to_professionals,
        Place::Holder | Place::Representative => false,
    }
}

fn types(case: &ReadCase<'_>, place: Place) -> TypeClause {
    if matches!(place, Place::Holder | Place::Representative | Place::Member)
        || (place.is_structure() && case.ask.act != ReadAct::Read)
    {
        return TypeClause::All;
    }
    let matrix = case.law.habilitation();
    let row = case.caller.role().and_then(|role| matrix.profession(role));
    let listed = match row {
        Some(row) => matrix
            .types()
            .filter(|(column, _)| matrix.may_read(row, *column))
            .map(|(_, code)| code.clone())
            .collect(),
        None => Vec::new(),
    };
    TypeClause::Listed(listed)
}
