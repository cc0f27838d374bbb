//! On the server as a whole: what it can do, the matrix, a whole submission.

use super::{Body, Call, Line, line};
use crate::habilitation_matrix::NAME;

/// The lines.
pub(super) const LINES: &[Line] = &[
    line("GET", "metadata", |_| Call::Metadata, "metadata", ("", "")).open(),
    line("GET", "$habilitation-matrix", |_| Call::HabilitationMatrix, NAME, ("", "")).open(),
    line("POST", "", |_| Call::Transaction, "ITI-65", ("", "transaction")).takes(Body::Resource),
];
