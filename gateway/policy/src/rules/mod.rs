//! One rule a file: what it demands, why, its source, one function a table it stands in.

pub(crate) mod act_is_open_to_caller;
pub(crate) mod authorisation_is_valid;
pub(crate) mod break_glass;
pub(crate) mod caller_has_a_place;
pub(crate) mod caller_is_not_blocked;
pub(crate) mod caller_may_deposit;
pub(crate) mod caller_may_read;
pub(crate) mod centre_15;
pub(crate) mod depositor_is_not_blocked;
pub(crate) mod depositor_signs_the_set;
pub(crate) mod feeding_is_not_refused;
pub(crate) mod flag_is_open_to_depositor;
pub(crate) mod mode_fits_channel;
pub(crate) mod record_exists;
pub(crate) mod record_is_open;
pub(crate) mod representatives_flag_is_of_a_minor;
pub(crate) mod secret_connection;
pub(crate) mod token_patient_is_query_patient;
pub(crate) mod type_is_open_to_depositor;

use model::{Finding, Rule};

/// One finding if `wrong`, else none.
fn refuse_if(wrong: bool, rule: Rule) -> Vec<Finding> {
    if wrong { vec![Finding::new(rule)] } else { Vec::new() }
}
