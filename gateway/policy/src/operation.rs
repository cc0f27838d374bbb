//! Acts on a record: the holder's choices, what professionals do about their own authorisation, and what an
//! operator does. The last line of the table of acts, and stages 3 to 8 of reading before it.

use model::{Actor, Caller, Channel, Finding, Identity, Ins, Moment, Party, Rule, Stage};

use crate::merge::Merge;
use crate::permit::Depositor;
use crate::place::{Place, place_of};
use crate::rules::act_is_open_to_caller;
use crate::setting::{Choice, Setting};
use crate::vote::Ballot;
use crate::{Facts, Law, Permitted, ReadDenial, RecordState, Relation, Standing};

/// The link of a legal representative to a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representation {
    /// The representative's own INS.
    pub by: Ins,
    /// What it rests on.
    pub link: Link,
}

/// On what a representation rests, and how it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// Parental authority: ends by itself when the holder is of age.
    Parent,
    /// Legal protection of an adult: ends when it is lifted.
    Guardian,
    /// A helper (aidant): the relation exists and grants nothing.
    Helper,
}

impl Link {
    /// Every link.
    pub const ALL: [Link; 3] = [Link::Parent, Link::Guardian, Link::Helper];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Link::Parent => "parent",
            Link::Guardian => "guardian",
            Link::Helper => "helper",
        }
    }

    /// The link with this name.
    pub fn named(name: &str) -> Option<Link> {
        Link::ALL.into_iter().find(|link| link.name() == name)
    }

    /// What the link makes of its bearer for a holder who is a minor or not.
    pub const fn relation(self, holder_is_minor: bool) -> Relation {
        match self {
            Link::Parent if holder_is_minor => Relation::Representative,
            Link::Guardian => Relation::Representative,
            Link::Parent | Link::Helper => Relation::Stranger,
        }
    }
}

/// An act on a record as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Feeds or corrects an identity; a new one is notified at this instant.
    Import(Identity),
    /// Opens the record of a known identity.
    Open(Ins),
    /// Closes it: kept ten years, read by nobody.
    Close(Ins),
    /// Erases it: on the holder's request, or after the ten years.
    Erase(Ins),
    /// Links a representative, parent, guardian or helper.
    Represent(Ins, Representation),
    /// Ends a link, by the representative's INS.
    Unrepresent(Ins, Ins),
    /// Asks for a provisional code, valid until the instant.
    IssueCode(Ins, ProvisionalCode),
    /// A choice about the record.
    Choose(Ins, Choice),
    /// Moves a record into another one of the same person; judged by [`crate::decide_merge`].
    Merge(Box<Merge>),
}

/// A provisional code as it is sent to its holder: it never stays readable in the store.
#[derive(Clone, PartialEq, Eq)]
pub struct ProvisionalCode {
    /// The characters.
    pub code: String,
    /// The first instant at which it is no longer accepted.
    pub until: Moment,
}

impl std::fmt::Debug for ProvisionalCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProvisionalCode").field("until", &self.until).finish_non_exhaustive()
    }
}

impl Operation {
    /// The record concerned.
    pub fn patient(&self) -> &Ins {
        match self {
            Operation::Import(identity) => &identity.ins,
            Operation::Merge(merge) => &merge.subsumed,
            Operation::Open(ins)
            | Operation::Close(ins)
            | Operation::Erase(ins)
            | Operation::Represent(ins, _)
            | Operation::Unrepresent(ins, _)
            | Operation::IssueCode(ins, _)
            | Operation::Choose(ins, _) => ins,
        }
    }
}

/// One operation to judge.
pub(crate) struct OperationCase<'a> {
    pub law: Law<'a>,
    pub facts: &'a Facts,
    pub caller: &'a Caller,
    pub place: Option<Place>,
    pub operation: &'a Operation,
}

/// Judges an act on a record. What only an operator does (identities, opening, links, codes) is open to
/// nobody else; choices are the holder's side's, and a professional's about themselves.
pub fn decide_operation(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    operation: Operation,
) -> Result<Permitted<Operation>, ReadDenial> {
    let place = place_of(law, facts, caller);
    let case = OperationCase { law, facts, caller, place, operation: &operation };
    let votes = match &operation {
        Operation::Choose(_, choice) => chosen(&case, choice)?,
        // Its second record was not looked at: not this way.
        Operation::Merge(_) => return Err(ReadDenial::Absent),
        Operation::Import(_)
        | Operation::Open(_)
        | Operation::Close(_)
        | Operation::Erase(_)
        | Operation::Represent(..)
        | Operation::Unrepresent(..)
        | Operation::IssueCode(..) => {
            operated(&case)?.stage(Stage::Record, &case, &[(Rule::ActFitsState, fits_operator)])
        }
    };
    let votes = votes.close().map_err(ReadDenial::Denied)?;
    let patient = operation.patient().clone();
    Ok(Permitted::grant(operation, patient, facts.version, law.matrix_version(), Depositor::default(), votes))
}

fn operated<'a>(case: &OperationCase<'a>) -> Result<Ballot, ReadDenial> {
    Ok(Ballot::new().stage(Stage::Right, case, &[(Rule::CallerHasAPlace, operator_only)]))
}

fn operator_only(case: &OperationCase<'_>) -> Vec<Finding> {
    if is_operator(case.caller) { Vec::new() } else { vec![Finding::new(Rule::CallerHasAPlace)] }
}

/// True for an operator, by token and certificate.
pub(crate) fn is_operator(caller: &Caller) -> bool {
    matches!(caller.actor, Actor::Operator { .. }) && caller.channel == Channel::Operator
}

/// What an operator does in which state of the record.
fn fits_operator(case: &OperationCase<'_>) -> Vec<Finding> {
    use Standing::{Activated, Closed, Erased, Notified, Open, Unknown};
    let standing = case.facts.standing;
    let fits = match case.operation {
        Operation::Import(_) => !matches!(standing, Erased),
        Operation::Open(_) => matches!(standing, Notified | Open | Activated | Closed),
        Operation::Close(_) => matches!(standing, Open | Activated | Closed),
        Operation::Erase(_) | Operation::Represent(..) | Operation::Unrepresent(..) => {
            !matches!(standing, Unknown | Erased)
        }
        Operation::IssueCode(..) => matches!(standing, Notified | Open),
        Operation::Choose(..) | Operation::Merge(_) => true,
    };
    if fits { Vec::new() } else { vec![absent_or_unfit(standing)] }
}

fn absent_or_unfit(standing: Standing) -> Finding {
    match standing {
        Standing::Unknown | Standing::Erased => Finding::new(Rule::RecordExists),
        Standing::Closed => Finding::new(Rule::RecordIsOpen),
        Standing::Notified | Standing::Open | Standing::Activated | Standing::Opposed => {
            Finding::new(Rule::ActFitsState)
        }
    }
}

/// Lines 3 to 6 of reading, then the table of acts.
fn chosen(case: &OperationCase<'_>, choice: &Choice) -> Result<Ballot, ReadDenial> {
    let elsewhere = token_patient_is_the_patient(case);
    if elsewhere.is_empty() && as_absent(case, choice) {
        return Err(ReadDenial::Absent);
    }
    Ok(Ballot::new()
        .stage(
            Stage::Record,
            case,
            &[(Rule::TokenPatientIsQueryPatient, token_patient_is_the_patient as Asked)],
        )
        .stage(Stage::Right, case, &[(Rule::CallerHasAPlace, has_a_place as Asked)])
        .stage(Stage::Record, case, &[(Rule::ActFitsState, fits_choice as Asked)])
        .stage(Stage::Right, case, &[(Rule::CallerIsNotBlocked, is_not_blocked as Asked)])
        .stage(
            Stage::Right,
            case,
            &[(Rule::ActIsOpenToCaller, act_is_open_to_caller::on_the_record as Asked)],
        ))
}

type Asked = fn(&OperationCase<'_>) -> Vec<Finding>;

/// A stranger's token, and a record that is absent for everybody, unless the holder's own side acts on its state.
fn as_absent(case: &OperationCase<'_>, choice: &Choice) -> bool {
    if case.caller.channel == Channel::Patient && case.facts.relation == Relation::Stranger {
        return true;
    }
    let own_side = case.place.is_some_and(Place::is_patient_side);
    let about_state = match choice {
        Choice::OpposeRecord | Choice::WithdrawOpposition | Choice::CloseRecord | Choice::EraseRecord => true,
        Choice::Set(_) | Choice::Lift(_) | Choice::Notify(_) | Choice::Contest(_) => false,
    };
    let known = !matches!(case.facts.standing, Standing::Unknown | Standing::Erased);
    case.facts.record == RecordState::Absent && case.place.is_some() && !(own_side && about_state && known)
}

fn token_patient_is_the_patient(case: &OperationCase<'_>) -> Vec<Finding> {
    let differs = case.caller.patient.as_ref().is_some_and(|named| named != case.operation.patient());
    if differs { vec![Finding::new(Rule::TokenPatientIsQueryPatient)] } else { Vec::new() }
}

fn has_a_place(case: &OperationCase<'_>) -> Vec<Finding> {
    if case.place.is_some() { Vec::new() } else { vec![Finding::new(Rule::CallerHasAPlace)] }
}

/// One opposes before activation, closes what is open, erases what there is, and chooses in an open record.
fn fits_choice(case: &OperationCase<'_>) -> Vec<Finding> {
    use Standing::{Activated, Closed, Notified, Open, Opposed};
    let Operation::Choose(_, choice) = case.operation else { return Vec::new() };
    let standing = case.facts.standing;
    let fits = match choice {
        Choice::OpposeRecord => matches!(standing, Notified | Open | Opposed),
        Choice::WithdrawOpposition => matches!(standing, Opposed),
        Choice::CloseRecord => matches!(standing, Open | Activated | Closed),
        Choice::EraseRecord => matches!(standing, Notified | Open | Activated | Opposed | Closed),
        Choice::Set(_) | Choice::Lift(_) | Choice::Notify(_) | Choice::Contest(_) => {
            case.facts.record == RecordState::Open
        }
    };
    match (fits, case.place.is_some_and(Place::is_patient_side), case.facts.record) {
        (true, _, _) => Vec::new(),
        (false, _, RecordState::Closed) => vec![Finding::new(Rule::RecordIsOpen)],
        // Anybody else is told that the act is not theirs, not in which state the record is.
        (false, false, RecordState::Open | RecordState::Absent) => Vec::new(),
        (false, true, RecordState::Open | RecordState::Absent) => vec![Finding::new(Rule::ActFitsState)],
    }
}

/// Blocked by the holder: no new authorisation by oneself. Giving one up stays possible.
fn is_not_blocked(case: &OperationCase<'_>) -> Vec<Finding> {
    let Operation::Choose(_, choice) = case.operation else { return Vec::new() };
    let professional = case.place.is_some_and(|place| !place.is_patient_side());
    let own = |party: &Party| case.caller.parties().any(|own| own == *party);
    let attests = matches!(choice, Choice::Set(Setting::Authorised(party, _)) if own(party));
    if professional && case.facts.blocked && attests {
        vec![Finding::new(Rule::CallerIsNotBlocked)]
    } else {
        Vec::new()
    }
}
