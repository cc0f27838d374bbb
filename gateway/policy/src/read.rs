//! The decision on a search or a retrieval: lines 3 to 9 of `decision-order` §2, then the clauses of
//! lines 10 to 15 as data.

use mappings::{Action, Right};
use model::{Caller, Finding, Ins, Purpose, Rule, Stage};

use crate::place::{Place, mode_of, place_of};
use crate::rules;
use crate::visibility::Visibility;
use crate::vote::Ballot;
use crate::{Denial, Facts, Law, RecordState, Relation};

/// What the caller wants to do with documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadAct {
    /// Search by criteria (FindDocuments, ITI-67).
    Search,
    /// Ask for named references (GetDocuments, `identifier=`).
    OneReference,
    /// Read a document or its entry by id (ITI-43, ITI-68).
    Read,
}

/// One question.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The record asked about.
    pub patient: Ins,
    /// What for.
    pub act: ReadAct,
}

/// Why nothing is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadDenial {
    /// Told as if there were nothing: an empty list, an unknown document.
    Absent,
    /// Told precisely (level R).
    Denied(Denial),
}

/// One reading to judge.
pub(crate) struct ReadCase<'a> {
    pub law: Law<'a>,
    pub facts: &'a Facts,
    pub caller: &'a Caller,
    pub place: Option<Place>,
    pub ask: &'a Ask,
}

/// Judges a reading. The answer is what may be seen, as data that a store can translate and that
/// [`Visibility::admit`] applies again.
pub fn decide_read(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    ask: &Ask,
) -> Result<Visibility, ReadDenial> {
    let place = place_of(law, facts, caller);
    let case = ReadCase { law, facts, caller, place, ask };
    let votes = reaches_documents(&case)?
        .stage(
            Stage::Right,
            &case,
            &[
                (Rule::AuthorisationIsValid, rules::authorisation_is_valid::read as Asked),
                (Rule::ModeFitsChannel, rules::mode_fits_channel::read),
                (Rule::BreakGlassHasReason, rules::break_glass::has_reason),
                (Rule::BreakGlassIsNotOpposed, rules::break_glass::is_not_opposed),
                (Rule::Centre15IsARegulator, rules::centre_15::is_a_regulator),
                (Rule::Centre15IsNotOpposed, rules::centre_15::is_not_opposed),
            ],
        )
        .close()
        .map_err(ReadDenial::Denied)?;
    match place {
        Some(place) => Ok(Visibility::of(&case, place, votes)),
        None => Err(ReadDenial::Absent),
    }
}

/// Lines 3 to 8: before any mode or document.
pub(crate) fn reaches_documents(case: &ReadCase<'_>) -> Result<Ballot, ReadDenial> {
    Ok(admitted_to_the_record(case)?
        .stage(Stage::Record, case, &[(Rule::RecordIsOpen, rules::record_is_open::read as Asked)])
        .stage(
            Stage::Right,
            case,
            &[
                (Rule::CallerMaySearch, rules::caller_may_read::search as Asked),
                (Rule::CallerMayRead, rules::caller_may_read::read as Asked),
            ],
        )
        .stage(
            Stage::Right,
            case,
            &[(Rule::CallerIsNotBlocked, rules::caller_is_not_blocked::read as Asked)],
        ))
}

/// Lines 3 to 5: the proof names this patient, the record exists for this caller, and the caller has a place.
pub(crate) fn admitted_to_the_record(case: &ReadCase<'_>) -> Result<Ballot, ReadDenial> {
    if rules::token_patient_is_query_patient::read(case).is_empty() && as_absent(case) {
        return Err(ReadDenial::Absent);
    }
    Ok(Ballot::new()
        .stage(
            Stage::Record,
            case,
            &[(Rule::TokenPatientIsQueryPatient, rules::token_patient_is_query_patient::read as Asked)],
        )
        .stage(Stage::Right, case, &[(Rule::CallerHasAPlace, rules::caller_has_a_place::read as Asked)]))
}

type Asked = fn(&ReadCase<'_>) -> Vec<Finding>;

/// Lines 4 (a patient's token without a live relation) and 5: told as an absent record.
fn as_absent(case: &ReadCase<'_>) -> bool {
    let stranger =
        case.caller.channel == model::Channel::Patient && case.facts.relation == Relation::Stranger;
    stranger || (case.facts.record == RecordState::Absent && case.place.is_some())
}

/// The rule that makes a reading told as absent, for `explain` and never for an answer; `None` where it is not.
pub fn absence(law: Law<'_>, facts: &Facts, caller: &Caller, ask: &Ask) -> Option<Rule> {
    let case = ReadCase { law, facts, caller, place: place_of(law, facts, caller), ask };
    if !rules::token_patient_is_query_patient::read(&case).is_empty() || !as_absent(&case) {
        return None;
    }
    let stranger = caller.channel == model::Channel::Patient && facts.relation == Relation::Stranger;
    Some(if stranger { Rule::CallerHasAPlace } else { Rule::RecordExists })
}

/// Judges the existence test (TD0.2, level R): anyone with a place learns whether the record exists and is
/// open; the patient's side only about their own.
pub fn decide_identity(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    patient: &Ins,
) -> Result<(), ReadDenial> {
    let ask = Ask { patient: patient.clone(), act: ReadAct::OneReference };
    let case = ReadCase { law, facts, caller, place: place_of(law, facts, caller), ask: &ask };
    admitted_to_the_record(&case)?.close().map(|_| ()).map_err(ReadDenial::Denied)
}

/// Judges the reading of administrative data (TD1.3a, level R): the existence test, and the line of the functional
/// rights, which is closed only to modes that do not fit the caller.
pub fn decide_administrative_data(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    patient: &Ins,
) -> Result<(), ReadDenial> {
    let ask = Ask { patient: patient.clone(), act: ReadAct::OneReference };
    let case = ReadCase { law, facts, caller, place: place_of(law, facts, caller), ask: &ask };
    let votes = admitted_to_the_record(&case)?.stage(
        Stage::Right,
        &case,
        &[(Rule::ModeFitsChannel, administrative_data_is_open as Asked)],
    );
    votes.close().map(|_| ()).map_err(ReadDenial::Denied)
}

fn administrative_data_is_open(case: &ReadCase<'_>) -> Vec<Finding> {
    let open = match case.place {
        Some(Place::Holder | Place::Representative) => case.caller.purpose == Purpose::Normal,
        Some(Place::Column(column)) => {
            let right = case.law.rights().right(
                column,
                mode_of(&case.caller.purpose),
                Action::ReadAdministrativeData,
            );
            right != Right::Deny
        }
        // The traits of people are a national service's: an open domain has none.
        Some(Place::Member) | None => false,
    };
    if open { Vec::new() } else { vec![Finding::new(Rule::ModeFitsChannel)] }
}
