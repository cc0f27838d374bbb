//! On the server as a whole: what it can do, the matrix, a whole submission.

use super::{Body, Call, Line, Make, line};
use crate::capability::Defined;
use crate::habilitation_matrix::NAME;

/// The lines.
pub(super) const LINES: &[Line] = &[
    line("GET", "metadata", |_| Call::Metadata, "metadata", ("", "")).open(),
    line("GET", "openapi.json", |_| Call::OpenApi, "metadata", ("", "")).open(),
    line("GET", "$habilitation-matrix", |_| Call::HabilitationMatrix, NAME, ("", "$habilitation-matrix"))
        .open(),
    defined(PARAMETER, "SearchParameter", |_| Call::DefinitionSearch(Defined::Parameters), "search-type"),
    defined(
        PARAMETER,
        "SearchParameter/{id}",
        |at| Call::DefinitionRead(Defined::Parameters, at.id()),
        "read",
    ),
    defined(OPERATION, "OperationDefinition", |_| Call::DefinitionSearch(Defined::Operations), "search-type"),
    defined(
        OPERATION,
        "OperationDefinition/{id}",
        |at| Call::DefinitionRead(Defined::Operations, at.id()),
        "read",
    ),
    line("POST", "", |_| Call::Transaction, "ITI-65", ("", "transaction")).takes(Body::Resource).or_batch(),
];

const PARAMETER: &str = "SearchParameter";
const OPERATION: &str = "OperationDefinition";

/// A definition of what the CapabilityStatement names: as public as the statement.
const fn defined(kind: &'static str, path: &'static str, make: Make, code: &'static str) -> Line {
    line("GET", path, make, "metadata", (kind, code)).open()
}
