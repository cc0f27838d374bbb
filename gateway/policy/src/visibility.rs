//! What may be seen, as closed data; and the proof that one object may be shown.

use mappings::Column;
use model::{Availability, Code, DocumentEntry, Ins, Purpose, VisibilityFlag};

use crate::place::Place;
use crate::read::{ReadAct, ReadCase};
use crate::{FactsVersion, Vote};

/// Whose documents count as the caller's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// Those with this person among the authors.
    Person(String),
    /// Those with this structure among the author institutions.
    Structure(String),
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
    hide_unannounced: bool,
    hide_from_representatives: bool,
    masked: Masked,
    types: TypeClause,
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
            hide_unannounced: place.is_patient_side(),
            hide_from_representatives: place == Place::Representative,
            masked: masked(case, place),
            types: types(case, place),
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

    /// Line 15.
    pub fn types(&self) -> &TypeClause {
        &self.types
    }

    /// Every rule that voted before, in order.
    pub fn votes(&self) -> &[Vote] {
        &self.votes
    }

    /// Shows the object if every clause admits it: the only maker of [`Visible`].
    pub fn admit<T: Judged>(&self, object: T) -> Option<Visible<T>> {
        self.admits(object.entry()).then_some(Visible { value: object })
    }

    fn admits(&self, entry: &DocumentEntry) -> bool {
        let own = self.is_own(entry);
        entry.patient == self.patient
            && entry.availability != Availability::Deleted
            && (own || !self.own_only)
            && !(self.hide_unannounced && entry.has_flag(VisibilityFlag::InvisiblePatient))
            && !(self.hide_from_representatives
                && entry.has_flag(VisibilityFlag::InvisibleRepresentantsLegaux))
            && (!entry.has_flag(VisibilityFlag::MasquePs)
                || match self.masked {
                    Masked::Shown => true,
                    Masked::OwnOnly => own,
                    Masked::Hidden => false,
                })
            && match &self.types {
                TypeClause::All => true,
                TypeClause::Listed(types) => own || types.contains(&entry.type_code),
            }
    }

    fn is_own(&self, entry: &DocumentEntry) -> bool {
        match &self.own {
            Own::Person(id) => entry.author_persons().any(|author| author == id),
            Own::Structure(id) => entry.author_institutions().any(|institution| institution == id),
            Own::Nobody => false,
        }
    }
}

/// Something that is shown or hidden with one document entry.
pub trait Judged {
    /// The entry that decides.
    fn entry(&self) -> &DocumentEntry;
}

impl Judged for DocumentEntry {
    fn entry(&self) -> &DocumentEntry {
        self
    }
}

/// The proof that an object may be shown to the caller of the decision.
#[derive(Debug)]
pub struct Visible<T> {
    value: T,
}

impl<T> Visible<T> {
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
    if place.is_structure() {
        return match &case.caller.structure {
            Some(structure) => Own::Structure(structure.0.clone()),
            None => Own::Nobody,
        };
    }
    match case.caller.person() {
        Some(person) => Own::Person(person.0.clone()),
        None => Own::Nobody,
    }
}

fn masked(case: &ReadCase<'_>, place: Place) -> Masked {
    let column = match place {
        Place::Holder | Place::Representative => return Masked::Shown,
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

fn types(case: &ReadCase<'_>, place: Place) -> TypeClause {
    if place.is_patient_side() || (place.is_structure() && case.ask.act != ReadAct::Read) {
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
