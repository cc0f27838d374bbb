//! What an operator does to a record, and the patient's choices until the patient's own doors exist.

use model::{Actor, Caller, Channel, Finding, Identity, Ins, Moment, PersonId, Rule, Stage, StructureId};

use crate::vote::Ballot;
use crate::{Denial, FactsVersion, Law, Permitted};

/// A change of a record's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Feeds or corrects an identity.
    Import(Identity),
    /// Opens the record of a known identity.
    Open(Ins),
    /// Closes it: kept ten years, read by nobody.
    Close(Ins),
    /// A choice of the holder, fed as a fixture until the patient's doors exist.
    Choose(Ins, PatientChoice),
}

/// A choice that the law gives to the holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatientChoice {
    /// Opposes the whole record: absent for everybody.
    OpposeRecord,
    /// Authorises a person to consult until the instant.
    AuthorisePerson(PersonId, Moment),
    /// Authorises a structure until the instant.
    AuthoriseStructure(StructureId, Moment),
    /// Blocks a person.
    BlockPerson(PersonId),
    /// Blocks a structure.
    BlockStructure(StructureId),
    /// Opposes break-glass access (`true`) or no longer does.
    OpposeBreakGlass(bool),
    /// Opposes centre 15 access (`true`) or no longer does.
    OpposeCentre15(bool),
    /// Allows masked documents in break-glass.
    AllowMaskedInBreakGlass(bool),
    /// Allows masked documents in centre 15.
    AllowMaskedInCentre15(bool),
    /// Declares the médecin traitant.
    DeclareTreatingPhysician(PersonId),
    /// Refuses feeding by a structure on legitimate ground.
    RefuseFeedingBy(StructureId),
    /// Masks a document to professionals, by its logicalID.
    Mask(model::EntryUuid),
}

impl Operation {
    /// The record concerned.
    pub fn patient(&self) -> &Ins {
        match self {
            Operation::Import(identity) => &identity.ins,
            Operation::Open(ins) | Operation::Close(ins) | Operation::Choose(ins, _) => ins,
        }
    }
}

struct OperationCase<'a> {
    law: Law<'a>,
    caller: &'a Caller,
    operation: &'a Operation,
}

/// Judges an operation: an operator feeds identities, opens and closes; a patient's choice passes only
/// where fixtures are switched on.
pub fn decide_operation(
    law: Law<'_>,
    caller: &Caller,
    operation: Operation,
) -> Result<Permitted<Operation>, Denial> {
    let case = OperationCase { law, caller, operation: &operation };
    let votes =
        Ballot::new().stage(Stage::Right, &case, &[(Rule::CallerHasAPlace, operator_only)]).close()?;
    let patient = operation.patient().clone();
    let version = law.matrix_version();
    Ok(Permitted::grant(operation, patient, FactsVersion(0), version, false, votes))
}

fn operator_only(case: &OperationCase<'_>) -> Vec<Finding> {
    let operator =
        matches!(case.caller.actor, Actor::Operator { .. }) && case.caller.channel == Channel::Operator;
    let open = match case.operation {
        Operation::Import(_) | Operation::Open(_) | Operation::Close(_) => true,
        Operation::Choose(..) => case.law.switches.fixtures,
    };
    if operator && open { Vec::new() } else { vec![Finding::new(Rule::CallerHasAPlace)] }
}
