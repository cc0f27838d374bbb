//! On the person and the life of the record.

use super::{Body, Call, Line, Make, OPERATOR, PATIENT, line};
use crate::export;
use crate::life_cycle::LifeAct;
use crate::patient::{feed, matching, pix};

/// The lines.
pub(super) const LINES: &[Line] = &[
    line("GET", "Patient/{id}", |at| Call::PatientRead(at.id()), "ITI-78", ("Patient", "read")),
    line(
        "GET",
        "Patient/{id}/$export",
        |at| Call::PatientExport(at.id()),
        export::NAME,
        ("Patient", "$export"),
    )
    .scope(PATIENT),
    line("GET", "Patient", |_| Call::PatientSearch, "ITI-78", ("Patient", "search-type")),
    line("POST", "Patient/_search", |_| Call::PatientSearch, "ITI-78", ("Patient", "search-type")),
    line("PUT", "Patient", |_| Call::PatientFeed, feed::TRANSACTION, ("Patient", "update"))
        .takes(Body::Resource),
    line(
        "POST",
        "Patient/$match",
        |_| Call::PatientMatch,
        matching::TRANSACTION,
        ("Patient", matching::NAME),
    )
    .takes(Body::Resource),
    line("GET", PIX, |_| Call::CrossReference, pix::TRANSACTION, ("Patient", pix::NAME)),
    line("POST", PIX, |_| Call::CrossReference, pix::TRANSACTION, ("Patient", pix::NAME))
        .takes(Body::Parameters),
    line(
        "POST",
        "Patient/$request-activation-code",
        |_| Call::RequestCode,
        "$request-activation-code",
        ("Patient", "$request-activation-code"),
    )
    .scope(OPERATOR)
    .takes(Body::Parameters),
    line("POST", "Patient/$activate", |_| Call::Activate, "$activate", ("Patient", "$activate"))
        .scope(OPERATOR)
        .takes(Body::Parameters),
    life("Patient/$oppose", |at| Call::Life(LifeAct::Oppose, at.id()), "$oppose"),
    life("Patient/{id}/$oppose", |at| Call::Life(LifeAct::Oppose, at.id()), "$oppose"),
    life(
        "Patient/$withdraw-opposition",
        |at| Call::Life(LifeAct::WithdrawOpposition, at.id()),
        "$withdraw-opposition",
    ),
    life(
        "Patient/{id}/$withdraw-opposition",
        |at| Call::Life(LifeAct::WithdrawOpposition, at.id()),
        "$withdraw-opposition",
    ),
    life("Patient/$close", |at| Call::Life(LifeAct::Close, at.id()), "$close"),
    life("Patient/{id}/$close", |at| Call::Life(LifeAct::Close, at.id()), "$close"),
    life("Patient/$erase", |at| Call::Life(LifeAct::Erase, at.id()), "$erase"),
    life("Patient/{id}/$erase", |at| Call::Life(LifeAct::Erase, at.id()), "$erase"),
    life("Patient/$notify", |at| Call::Life(LifeAct::Notify, at.id()), "$notify"),
    life("Patient/{id}/$notify", |at| Call::Life(LifeAct::Notify, at.id()), "$notify"),
];

const PIX: &str = "Patient/$ihe-pix";

/// An operation of the holder's side on the record as a whole.
const fn life(path: &'static str, make: Make, name: &'static str) -> Line {
    line("POST", path, make, name, ("Patient", name)).scope(PATIENT).takes(Body::Parameters)
}
