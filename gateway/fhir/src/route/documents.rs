//! On documents: publish, find, read, change.

use super::{Body, Call, Line, PATIENT, line};
use crate::deposit_status;
use crate::iti106;
use crate::validate::Subject;
use crate::who;

/// The lines.
pub(super) const LINES: &[Line] = &[
    line(
        "GET",
        "DocumentReference/{id}",
        |at| Call::DocumentRead(at.id()),
        "ITI-67",
        ("DocumentReference", "read"),
    ),
    line(
        "GET",
        "DocumentReference/{id}/_history",
        |at| Call::DocumentHistory(at.id()),
        "ITI-67",
        ("DocumentReference", "history-instance"),
    ),
    line(
        "GET",
        "DocumentReference/{id}/_history/{vid}",
        |at| Call::DocumentVersion(at.id(), at.version()),
        "ITI-67",
        ("DocumentReference", "vread"),
    ),
    line(
        "GET",
        "DocumentReference",
        |_| Call::DocumentSearch,
        "ITI-67",
        ("DocumentReference", "search-type"),
    ),
    line(
        "POST",
        "DocumentReference/_search",
        |_| Call::DocumentSearch,
        "ITI-67",
        ("DocumentReference", "search-type"),
    ),
    line("POST", "DocumentReference", |_| Call::DocumentPublish, "ITI-105", ("DocumentReference", "create"))
        .takes(Body::Resource),
    line(
        "POST",
        "DocumentReference/$generate-metadata",
        |_| Call::GenerateMetadata,
        "ITI-106",
        ("DocumentReference", iti106::OPERATION),
    )
    .takes(Body::Resource),
    line(
        "POST",
        "DocumentReference/$validate",
        |_| Call::Validate(Subject::Document),
        "ITI-105",
        ("DocumentReference", "$validate"),
    )
    .takes(Body::Resource),
    line("POST", "Bundle/$validate", |_| Call::Validate(Subject::Bundle), "ITI-65", ("Bundle", "$validate"))
        .takes(Body::Resource),
    line(
        "PATCH",
        "DocumentReference/{id}",
        |at| Call::DocumentPatch(Some(at.id())),
        "ITI-57",
        ("DocumentReference", "patch"),
    )
    .takes(Body::Patch),
    line(
        "PATCH",
        "DocumentReference",
        |_| Call::DocumentPatch(None),
        "ITI-57",
        ("DocumentReference", "patch"),
    )
    .takes(Body::Patch),
    line(
        "DELETE",
        "DocumentReference/{id}",
        |at| Call::DocumentDelete(at.id()),
        "ITI-57",
        ("DocumentReference", "delete"),
    ),
    line("GET", STATUS, |_| Call::DepositStatus, deposit_status::OPERATION, ("DocumentReference", ""))
        .scope("ITI-65"),
    line(
        "POST",
        STATUS,
        |_| Call::DepositStatus,
        deposit_status::OPERATION,
        ("DocumentReference", deposit_status::OPERATION),
    )
    .scope("ITI-65")
    .takes(Body::Parameters),
    line("GET", WHO, |at| Call::WhoCouldSee(at.id()), who::OPERATION, ("DocumentReference", ""))
        .scope(PATIENT),
    line("POST", WHO, |at| Call::WhoCouldSee(at.id()), who::OPERATION, ("DocumentReference", who::OPERATION))
        .scope(PATIENT)
        .takes(Body::Parameters),
    line("GET", "List/{id}", |at| Call::ListRead(at.id()), "ITI-66", ("List", "read")),
    line("GET", "List", |_| Call::ListSearch, "ITI-66", ("List", "search-type")),
    line("POST", "List/_search", |_| Call::ListSearch, "ITI-66", ("List", "search-type")),
    line("POST", "List", |_| Call::ListCreate, "ITI-66", ("List", "")).takes(Body::Parameters),
    line("GET", "Binary/{id}", |at| Call::BinaryRead(at.id()), "ITI-68", ("Binary", "read")),
];

const WHO: &str = "DocumentReference/{id}/$who-could-see";
const STATUS: &str = "DocumentReference/$deposit-status";
