//! Who subscribes to what happens on a record: the holder's side to everything that the holder is told of; the
//! declared médecin traitant to emergency accesses (R.1111-48). Ending an own subscription stays possible.

use mappings::Column;
use model::{Caller, EntryUuid, Finding, Ins, Purpose, Rule, Stage};

use crate::permit::Depositor;
use crate::place::{Place, place_of};
use crate::read::{Ask, ReadAct, ReadCase, admitted_to_the_record};
use crate::rules;
use crate::{Facts, Law, Permitted, ReadDenial};

/// An act on one's own subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubscriptionAct {
    /// Subscribes.
    Subscribe {
        /// The new subscription.
        id: EntryUuid,
        /// To emergency accesses, and nothing else.
        emergencies_only: bool,
    },
    /// Reads one's own.
    List,
    /// Ends one's own.
    Unsubscribe {
        /// Which.
        id: EntryUuid,
    },
}

/// Judges an act on one's own subscriptions.
pub fn decide_subscription(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    patient: &Ins,
    act: SubscriptionAct,
) -> Result<Permitted<SubscriptionAct>, ReadDenial> {
    let ask = Ask { patient: patient.clone(), act: ReadAct::OneReference };
    let place = place_of(law, facts, caller);
    let case = ReadCase { law, facts, caller, place, ask: &ask };
    let votes = admitted_to_the_record(&case)?
        .stage(Stage::Record, &case, &[(Rule::RecordIsOpen, rules::record_is_open::read as Asked)])
        .stage(
            Stage::Right,
            &case,
            &[(Rule::CallerIsNotBlocked, rules::caller_is_not_blocked::read as Asked)],
        )
        .stage(Stage::Right, &case, &[(Rule::ActIsOpenToCaller, asked(caller, place, act))])
        .close()
        .map_err(ReadDenial::Denied)?;
    let version = law.matrix_version();
    Ok(Permitted::grant(act, patient.clone(), facts.version, version, Depositor::default(), votes))
}

type Asked = fn(&ReadCase<'_>) -> Vec<Finding>;

fn asked(caller: &Caller, place: Option<Place>, act: SubscriptionAct) -> Asked {
    if is_open(caller, place, act) { |_| Vec::new() } else { |_| vec![refused()] }
}

fn refused() -> Finding {
    Finding::new(Rule::ActIsOpenToCaller).arg("act", "subscribe")
}

fn is_open(caller: &Caller, place: Option<Place>, act: SubscriptionAct) -> bool {
    if caller.purpose != Purpose::Normal {
        return false;
    }
    match (place, act) {
        (None | Some(Place::Member), _) => false,
        (Some(Place::Holder | Place::Representative), _) => true,
        (Some(Place::Column(column)), SubscriptionAct::Subscribe { emergencies_only, .. }) => {
            emergencies_only && matches!(column, Column::Mt | Column::AirMt) && caller.person().is_some()
        }
        (Some(Place::Column(_)), SubscriptionAct::List | SubscriptionAct::Unsubscribe { .. }) => {
            caller.person().is_some()
        }
    }
}
