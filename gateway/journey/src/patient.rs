//! The existence test: does the record exist, is it open, whose is it, and how does the caller stand to it (TD0.2,
//! level R); with the administrative data, whether the emergency modes are opposed (TD1.3a).

use model::{Caller, EntryUuid, Finding, Identity, Ins, Moment, Rule};
use policy::{
    Facts, Law, OwnAuthorisation, ReadDenial, RecordState, Relation, Standing, decide_administrative_data,
    decide_identity, own_authorisation, tells_contact,
};

use crate::refusal::audited;
use crate::search::{ATTEMPTS, told};
use crate::{Act, Clock, Desk, Event, Former, Ids, Person, RecordError, Refusal, Store};

/// How much is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExistenceAsk {
    /// The existence test.
    Existence,
    /// The administrative data as well.
    AdministrativeData,
}

/// What may be told of a record that is there for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existence {
    /// Our Patient id.
    pub id: EntryUuid,
    /// The traits.
    pub identity: Identity,
    /// Open, or closed.
    pub record: RecordState,
    /// The caller's own authorisation.
    pub authorisation: OwnAuthorisation,
    /// The caller is the médecin traitant whom the patient declared.
    pub treating_physician: bool,
    /// Only with the administrative data.
    pub oppositions: Option<Oppositions>,
    /// When it was closed, if it is.
    pub closed_at: Option<Moment>,
    /// Numbers of this person that were replaced.
    pub former: Vec<Former>,
    /// Addresses and telephone numbers may be told.
    pub contact: bool,
    /// The account is activated; for the holder's side alone.
    pub activated: Option<bool>,
}

impl Existence {
    pub(crate) fn of(person: Person, facts: &Facts, law: Law<'_>, caller: &Caller, contact: bool) -> Self {
        Existence {
            id: person.id,
            identity: person.identity,
            record: facts.record,
            authorisation: own_authorisation(law, facts, caller),
            treating_physician: facts.treating_physician,
            oppositions: None,
            closed_at: person.closed_at,
            former: person.former,
            contact,
            activated: (facts.relation != Relation::Stranger)
                .then_some(facts.standing == Standing::Activated),
        }
    }

    /// True unless the record is closed.
    pub fn is_open(&self) -> bool {
        self.record == RecordState::Open
    }
}

/// Which emergency modes the holder opposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oppositions {
    /// OPPOSITION_BRIS_DE_GLACE.
    pub break_glass: bool,
    /// OPPOSITION_ACCES_URGENCE.
    pub centre_15: bool,
}

/// Everything that the existence test tells; `None` when the record is absent for the caller. No patient is an
/// identifier that is no INS: nobody's record, and not the one that the proof names.
pub async fn existence<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: Option<&Ins>,
    ask: ExistenceAsk,
) -> Result<Option<Existence>, Refusal> {
    let event = Event::by(caller, desk.ids.uuid(), desk.clock.now(), Act::ReadIdentity, transaction)
        .about(caller, patient.or(caller.patient.as_ref()).cloned());
    let Some(patient) = patient else {
        let refusal = match caller.patient {
            Some(_) => Refusal::of(Finding::new(Rule::TokenPatientIsQueryPatient)),
            None => Refusal::Absent,
        };
        return absent_or(audited(desk, event, refusal).await);
    };
    for _ in 0..ATTEMPTS {
        let now = desk.clock.now();
        let facts = desk.store.facts(patient, caller, now).await?;
        let law = desk.law(now);
        let decided = match ask {
            ExistenceAsk::Existence => decide_identity(law, &facts, caller, patient),
            ExistenceAsk::AdministrativeData => decide_administrative_data(law, &facts, caller, patient),
        };
        let known = match decided {
            Ok(()) => desk.store.person(patient, now).await?.ok_or(ReadDenial::Absent),
            Err(denial) => Err(denial),
        };
        let person = match known {
            Ok(known) => known,
            Err(denial) => return absent_or(audited(desk, event, told(denial)).await),
        };
        let done = Event { matrix: law.matrix_version(), ..event.clone() };
        match desk.store.record(done, Some(facts.version)).await {
            Ok(()) => {
                let oppositions = Oppositions {
                    break_glass: facts.break_glass_opposed,
                    centre_15: facts.centre_15_opposed,
                };
                let contact = tells_contact(law, &facts, caller);
                let told = Existence::of(person, &facts, law, caller, contact);
                let oppositions = (ask == ExistenceAsk::AdministrativeData).then_some(oppositions);
                return Ok(Some(Existence { oppositions, ..told }));
            }
            Err(RecordError::Moved) => {}
            Err(RecordError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(audited(desk, event, Refusal::of(Finding::new(Rule::FactsHaveNotMoved))).await)
}

fn absent_or(refusal: Refusal) -> Result<Option<Existence>, Refusal> {
    match refusal {
        Refusal::Absent => Ok(None),
        refusal => Err(refusal),
    }
}
