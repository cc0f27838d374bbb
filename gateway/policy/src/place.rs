//! Which column of the functional rights the caller is (`decision-order` §0.1): the channel decides
//! first, the role second, the body never.

use mappings::{Column, Kind, Mode};
use model::{Caller, Channel, Purpose, SubjectRole, system};

use crate::{Facts, Law, Relation};

/// The caller's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A column of M526 or M606.
    Column(Column),
    /// The holder of the record.
    Holder,
    /// A legal representative, or a minor's own account.
    Representative,
    /// A member of an open affinity domain: deposits, searches, reads, amends and removes on every record. There are no
    /// authorisations, masks or matrix in such a domain. Never in the French pack.
    Member,
}

impl Place {
    /// True for the columns that act in a structure's name.
    pub fn is_structure(self) -> bool {
        matches!(self, Place::Column(Column::EtabIndirect | Column::CpeNonPs | Column::AirPeNonPs))
    }

    /// True for a member of an open domain, who keeps the registry itself.
    pub fn is_member(self) -> bool {
        matches!(self, Place::Member)
    }

    /// True for the holder's side.
    pub fn is_patient_side(self) -> bool {
        matches!(self, Place::Holder | Place::Representative)
    }
}

/// The place of a caller for this record, in this mode. `None` = no place: refused.
pub fn place_of(law: Law<'_>, facts: &Facts, caller: &Caller) -> Option<Place> {
    if law.switches.open_domain {
        return member(caller);
    }
    match caller.channel {
        Channel::Direct => professional(law, facts, caller, false).map(Place::Column),
        Channel::Air => match caller.role() {
            Some(role) if is_professional(law, role) => {
                professional(law, facts, caller, true).map(Place::Column)
            }
            Some(role) if role.profession.system == system::PRODUCER => {
                Some(Place::Column(Column::AirPeNonPs))
            }
            Some(_) | None => None,
        },
        Channel::EmployeeCard => caller.structure.as_ref().map(|_| Place::Column(Column::CpeNonPs)),
        Channel::Indirect => structure(law, caller).map(Place::Column),
        Channel::Patient => match facts.relation {
            Relation::Holder if facts.holder_is_minor => Some(Place::Representative),
            Relation::Holder => Some(Place::Holder),
            Relation::Representative => Some(Place::Representative),
            Relation::Stranger => None,
        },
        Channel::Operator | Channel::Member => None,
    }
}

/// In an open domain the list of members decides, and nothing else.
fn member(caller: &Caller) -> Option<Place> {
    match caller.channel {
        Channel::Member => caller.structure.as_ref().map(|_| Place::Member),
        Channel::Direct
        | Channel::EmployeeCard
        | Channel::Indirect
        | Channel::Air
        | Channel::Patient
        | Channel::Operator => None,
    }
}

/// The sheet's name of the caller's mode.
pub(crate) fn mode_of(purpose: &Purpose) -> Mode {
    match purpose {
        Purpose::Normal => Mode::Normal,
        Purpose::BreakGlass { .. } => Mode::BrisDeGlace,
        Purpose::Centre15 => Mode::Regulation,
    }
}

/// True for a doctor, trainee doctors included.
pub(crate) fn is_doctor(law: Law<'_>, role: &SubjectRole) -> bool {
    law.mappings.codes.is(Kind::Doctor, &role.profession)
}

fn structure(law: Law<'_>, caller: &Caller) -> Option<Column> {
    caller.structure.as_ref()?;
    let insurance =
        caller.role().is_some_and(|role| law.mappings.codes.is(Kind::InsuranceFeed, &role.profession));
    (!insurance || law.switches.insurance_feed).then_some(Column::EtabIndirect)
}

fn professional(law: Law<'_>, facts: &Facts, caller: &Caller, air: bool) -> Option<Column> {
    let role = caller.role().filter(|role| is_professional(law, role))?;
    let (doctor, occupational) = (is_doctor(law, role), is_occupational(law, role));
    if air && doctor && occupational {
        return None; // M606 has no such column
    }
    let treating = facts.treating_physician && caller.purpose != Purpose::Centre15;
    Some(match (doctor, occupational, treating, air) {
        (true, true, _, false) => Column::MedTravail,
        (true, _, true, false) => Column::Mt,
        (true, _, true, true) => Column::AirMt,
        (true, false, false, false) => Column::MedNonMt,
        (true, _, false, true) => Column::AirMedNonMt,
        (false, _, _, false) => Column::PsNonMed,
        (false, _, _, true) => Column::AirPsNonMed,
    })
}

/// A role with a row in the matrix that is a person's: producers (A00) are none.
fn is_professional(law: Law<'_>, role: &SubjectRole) -> bool {
    role.profession.system != system::PRODUCER && law.habilitation().profession(role).is_some()
}

fn is_occupational(law: Law<'_>, role: &SubjectRole) -> bool {
    role.qualifier.as_ref().is_some_and(|code| law.mappings.codes.is(Kind::OccupationalMedicine, code))
}
