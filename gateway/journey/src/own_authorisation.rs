//! What professionals and employees do about themselves on a record (TD0.3): attest or withdraw an authorisation, cease
//! to be médecin traitant. Whose authorisation it is follows from the proof, never from the message.

use model::{Caller, Finding, Ins, Moment, Party, PersonId, Rule};
use policy::{Choice, Grant, Ground, Setting};

use crate::refusal::audited;
use crate::{Act, Clock, Desk, Event, Ids, Refusal, Store, choose};

/// An act about oneself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnAct {
    /// Attests an authorisation, for the usual time.
    Attest(Ground),
    /// Withdraws it.
    Withdraw,
    /// Declares oneself médecin traitant: the holder's choice, refused to everybody else.
    DeclareTreating,
    /// Ceases to be médecin traitant.
    CeaseTreating,
}

/// Does the act for the person who calls, or for the structure where no person acts in their own name. Gives the first
/// instant at which an attested authorisation is no longer valid.
///
/// # Errors
/// As [`choose`]; a caller who is neither a professional nor of a structure has no place here.
pub async fn act_for_oneself<S: Store, C: Clock, I: Ids>(
    desk: &Desk<S, C, I>,
    caller: &Caller,
    transaction: &'static str,
    patient: &Ins,
    act: OwnAct,
) -> Result<Option<Moment>, Refusal> {
    let now = desk.clock.now();
    let Some(party) = caller.parties().next() else {
        let event = Event::by(caller, desk.ids.uuid(), now, Act::Choose, transaction)
            .about(caller, Some(patient.clone()));
        return Err(audited(desk, event, Refusal::of(Finding::new(Rule::CallerHasAPlace))).await);
    };
    let (choice, until) = choice(party, act, now);
    choose(desk, caller, transaction, patient, choice).await?;
    Ok(until)
}

fn choice(party: Party, act: OwnAct, now: Moment) -> (Choice, Option<Moment>) {
    // The grant of what is withdrawn is not looked at.
    match act {
        OwnAct::Attest(ground) => {
            let grant = Grant::usual(ground, now);
            (Choice::Set(Setting::Authorised(party, grant)), Some(grant.until))
        }
        OwnAct::Withdraw => {
            let grant = Grant::usual(Ground::ConsentCollected, now);
            (Choice::Lift(Setting::Authorised(party, grant)), None)
        }
        OwnAct::DeclareTreating => (Choice::Set(Setting::Treating(named(party))), None),
        OwnAct::CeaseTreating => (Choice::Lift(Setting::Treating(named(party))), None),
    }
}

/// A structure is no médecin traitant: its id names no person, and the act is refused as not open to it.
fn named(party: Party) -> PersonId {
    match party {
        Party::Person(person) => person,
        Party::Structure(structure) => PersonId(structure.0),
    }
}
