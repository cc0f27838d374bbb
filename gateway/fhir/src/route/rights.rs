//! What the person decides: consents, care team, representatives.

use super::{Body, Call, Line, OPERATOR, line};

/// The lines.
pub(super) const LINES: &[Line] = &[
    line("POST", "Consent", |_| Call::ConsentCreate, "ITI-108", ("Consent", "create")).takes(Body::Resource),
    line("GET", "Consent/{id}", |at| Call::ConsentRead(at.id()), "ITI-108", ("Consent", "read")),
    line("GET", "Consent", |_| Call::ConsentSearch, "ITI-108", ("Consent", "search-type")),
    line("POST", "Consent/_search", |_| Call::ConsentSearch, "ITI-108", ("Consent", "search-type")),
    line("DELETE", "Consent/{id}", |at| Call::ConsentDelete(at.id()), "ITI-108", ("Consent", "delete")),
    line("PUT", "Consent/{id}", |_| Call::ConsentUpdate, "ITI-108", ("Consent", "")).takes(Body::Resource),
    line("POST", "CareTeam", |_| Call::CareTeamDeclare(String::new()), "ITI-108", ("CareTeam", "create"))
        .takes(Body::Resource),
    line("PUT", "CareTeam/{id}", |at| Call::CareTeamDeclare(at.id()), "ITI-108", ("CareTeam", "update"))
        .takes(Body::Resource),
    line("GET", "CareTeam", |_| Call::CareTeamSearch, "ITI-108", ("CareTeam", "search-type")),
    line("POST", "CareTeam/_search", |_| Call::CareTeamSearch, "ITI-108", ("CareTeam", "search-type")),
    line("DELETE", "CareTeam/{id}", |at| Call::CareTeamCease(at.id()), "ITI-108", ("CareTeam", "delete"))
        .takes(Body::Parameters),
    line(
        "POST",
        "CareTeam/{id}/$cease",
        |at| Call::CareTeamCease(at.id()),
        "ITI-108",
        ("CareTeam", "$cease"),
    )
    .takes(Body::Parameters),
    line("GET", "RelatedPerson/{id}", |at| Call::RelatedRead(at.id()), "ITI-108", ("RelatedPerson", "read")),
    line("GET", "RelatedPerson", |_| Call::RelatedSearch, "ITI-108", ("RelatedPerson", "search-type")),
    line(
        "POST",
        "RelatedPerson/_search",
        |_| Call::RelatedSearch,
        "ITI-108",
        ("RelatedPerson", "search-type"),
    ),
    line("POST", "RelatedPerson", |_| Call::RelatedCreate, "represent", ("RelatedPerson", "create"))
        .scope(OPERATOR)
        .takes(Body::Resource),
    line("DELETE", "RelatedPerson", |_| Call::RelatedDelete, "represent", ("RelatedPerson", "delete"))
        .scope(OPERATOR),
];
