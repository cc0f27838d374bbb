//! Who sees which lines of a record's history: the holder's side all of it, but what is kept from them; the
//! médecin traitant every access by a professional; another professional their own.
//!
//! Source: decision-order, last paragraph; DMP practice (access-rules §4.2).

use mappings::Column;
use model::{Caller, Finding, Ins, Rule, Stage};

use crate::place::{Place, place_of};
use crate::read::{Ask, ReadAct, ReadCase, admitted_to_the_record};
use crate::rules;
use crate::{Facts, Law, ReadDenial};

/// Which lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryScope {
    /// Everything on the record, but events about documents that the reader may not see and, for the
    /// representatives of a minor, secret connections.
    Record {
        /// The reader is a representative, or a minor.
        representative: bool,
    },
    /// Every access by a professional or a structure.
    Professionals,
    /// The reader's own, by PS_IdNat.
    Own(String),
}

/// What decides about one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// Done by a professional or a structure.
    pub professional: bool,
    /// PS_IdNat of the professional.
    pub person: Option<String>,
    /// In a minor's secret connection.
    pub secret: bool,
    /// About a document that is not announced to the patient now.
    pub unannounced: bool,
    /// About a document that is kept from representatives now.
    pub kept_from_representatives: bool,
}

impl HistoryScope {
    /// True if the reader sees the line now.
    pub fn admits(&self, line: &Lineage) -> bool {
        match self {
            HistoryScope::Record { representative } => {
                !line.unannounced && !(*representative && (line.secret || line.kept_from_representatives))
            }
            HistoryScope::Professionals => line.professional,
            HistoryScope::Own(person) => line.person.as_ref() == Some(person),
        }
    }
}

/// Judges the reading of a history, under the same rules about the record as any reading.
pub fn decide_history(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    patient: &Ins,
) -> Result<HistoryScope, ReadDenial> {
    let ask = Ask { patient: patient.clone(), act: ReadAct::OneReference };
    let place = place_of(law, facts, caller);
    let case = ReadCase { law, facts, caller, place, ask: &ask };
    let scope = scope_of(caller, place);
    let refused = |_: &ReadCase<'_>| vec![Finding::new(Rule::ActIsOpenToCaller).arg("act", "history")];
    let granted = |_: &ReadCase<'_>| Vec::new();
    let open: fn(&ReadCase<'_>) -> Vec<Finding> = if scope.is_some() { granted } else { refused };
    admitted_to_the_record(&case)?
        .stage(Stage::Record, &case, &[(Rule::RecordIsOpen, rules::record_is_open::read as fn(&_) -> _)])
        .stage(
            Stage::Right,
            &case,
            &[(Rule::CallerIsNotBlocked, rules::caller_is_not_blocked::read as fn(&_) -> _)],
        )
        .stage(Stage::Right, &case, &[(Rule::ActIsOpenToCaller, open)])
        .close()
        .map_err(ReadDenial::Denied)?;
    scope.ok_or(ReadDenial::Absent)
}

fn scope_of(caller: &Caller, place: Option<Place>) -> Option<HistoryScope> {
    match place? {
        Place::Holder => Some(HistoryScope::Record { representative: false }),
        Place::Representative => Some(HistoryScope::Record { representative: true }),
        Place::Column(Column::Mt | Column::AirMt) => Some(HistoryScope::Professionals),
        Place::Column(
            Column::PsNonMed
            | Column::MedNonMt
            | Column::MedTravail
            | Column::AirPsNonMed
            | Column::AirMedNonMt,
        ) => caller.person().map(|person| HistoryScope::Own(person.0.clone())),
        Place::Column(Column::CpeNonPs | Column::EtabIndirect | Column::AirPeNonPs) | Place::Member => None,
    }
}
