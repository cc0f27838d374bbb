//! The decision on a deposit: stages C, D and E of `decision-order` §1.

use model::{Caller, Rule, Stage, Submission};

use crate::place::{Place, place_of};
use crate::rules;
use crate::vote::Ballot;
use crate::{Denial, Facts, Law, Permitted};

/// One deposit to judge.
pub(crate) struct DepositCase<'a> {
    pub law: Law<'a>,
    pub facts: &'a Facts,
    pub caller: &'a Caller,
    pub place: Option<Place>,
    pub submission: &'a Submission,
}

/// Judges a deposit and consumes it: what comes back is either permitted as it was judged, or refused.
///
/// Never a reason to refuse: authorisation, activation, opposition to an emergency mode, the `read`
/// column, existing masks, the absence of a médecin traitant.
pub fn decide_deposit(
    law: Law<'_>,
    facts: &Facts,
    caller: &Caller,
    submission: Submission,
) -> Result<Permitted<Submission>, Denial> {
    let case =
        DepositCase { law, facts, caller, place: place_of(law, facts, caller), submission: &submission };
    let outcome = Ballot::new()
        .stage(
            Stage::Record,
            &case,
            &[
                (Rule::RecordExists, rules::record_exists::deposit),
                (Rule::RecordIsOpen, rules::record_is_open::deposit),
                (Rule::FeedingIsNotRefused, rules::feeding_is_not_refused::deposit),
            ],
        )
        .stage(
            Stage::Right,
            &case,
            &[
                (Rule::CallerHasAPlace, rules::caller_has_a_place::deposit),
                (Rule::CallerMayDeposit, rules::caller_may_deposit::deposit),
                (Rule::TypeIsOpenToDepositor, rules::type_is_open_to_depositor::deposit),
                (Rule::DepositorSignsTheSet, rules::depositor_signs_the_set::deposit),
                (Rule::DepositorIsNotBlocked, rules::depositor_is_not_blocked::deposit),
            ],
        )
        .stage(
            Stage::Flags,
            &case,
            &[
                (Rule::SecretConnectionIsOfAMinor, rules::secret_connection::of_a_minor),
                (Rule::SecretConnectionDepositsSecretDocuments, rules::secret_connection::secret_documents),
                (Rule::RepresentativesFlagIsOfAMinor, rules::representatives_flag_is_of_a_minor::deposit),
                (Rule::FlagIsOpenToDepositor, rules::flag_is_open_to_depositor::deposit),
            ],
        )
        .close();
    match outcome {
        Ok(votes) => {
            let patient = submission.set.patient.clone();
            let version = law.matrix_version();
            Ok(Permitted::grant(submission, patient, facts.version, version, facts.blocked, votes))
        }
        Err(denial) => Err(denial),
    }
}
