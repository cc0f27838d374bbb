//! What tells about the record: the journal, notices.

use super::{Body, Call, Line, line};

/// The lines.
pub(super) const LINES: &[Line] = &[
    line("GET", "AuditEvent", |_| Call::AuditSearch, "ITI-81", ("AuditEvent", "search-type")),
    line("POST", "AuditEvent/_search", |_| Call::AuditSearch, "ITI-81", ("AuditEvent", "search-type")),
    line("GET", "AuditEvent/{id}", |at| Call::AuditRead(at.id()), "ITI-81", ("AuditEvent", "read")),
    line(
        "POST",
        "AuditEvent/{id}/$contest",
        |at| Call::AuditContest(at.id()),
        "ITI-81",
        ("AuditEvent", "$contest"),
    )
    .takes(Body::Parameters),
    line("POST", "Subscription", |_| Call::SubscriptionCreate, "ITI-110", ("Subscription", "create"))
        .takes(Body::Resource),
    line(
        "GET",
        "Subscription/{id}",
        |at| Call::SubscriptionRead(at.id()),
        "ITI-110",
        ("Subscription", "read"),
    ),
    line("GET", "Subscription", |_| Call::SubscriptionSearch, "ITI-110", ("Subscription", "search-type")),
    line(
        "GET",
        "Subscription/{id}/$status",
        |at| Call::SubscriptionStatus(at.id()),
        "ITI-113",
        ("Subscription", "$status"),
    )
    .scope("ITI-110"),
    line(
        "GET",
        "Subscription/{id}/$events",
        |at| Call::SubscriptionEvents(at.id()),
        "ITI-113",
        ("Subscription", "$events"),
    )
    .scope("ITI-110"),
    line("GET", "Basic", |_| Call::TopicSearch, "ITI-114", ("Basic", "search-type")).open(),
    line("GET", "Basic/{id}", |at| Call::TopicRead(at.id()), "ITI-114", ("Basic", "read")).open(),
    line(
        "PUT",
        "Subscription/{id}",
        |at| Call::SubscriptionUpdate(at.id()),
        "ITI-110",
        ("Subscription", "update"),
    )
    .takes(Body::Resource),
    line(
        "DELETE",
        "Subscription/{id}",
        |at| Call::SubscriptionDelete(at.id()),
        "ITI-110",
        ("Subscription", "delete"),
    ),
];
