//! `ActiveParticipant`: the client, this gateway, and the person or the structure behind the request.
//!
//! The network address of the client is not kept by the journal: it is told while the request is remembered.

use journey::HistoryLine;
use model::system;
use xml::Writer;

use super::message::{OWN, Subject, code};
use super::{AuditSource, Wire};

const SOURCE: (&str, &str, &str) = ("110153", "DCM", "Source Role ID");
const DESTINATION: (&str, &str, &str) = ("110152", "DCM", "Destination Role ID");
/// A client that did not say what it is.
const UNKNOWN: &str = "unknown";

/// Source first, then destination, then who asked.
pub(super) fn write(writer: &mut Writer, subject: &Subject<'_>) {
    let line = subject.line();
    let path = subject.transaction.map_or("", |transaction| transaction.path.as_str());
    let out = subject.flows_out();
    let by_machine = line.transaction != "operator" && line.transaction != "retention";
    if out {
        gateway(writer, subject.source, path, SOURCE);
    }
    if by_machine {
        client(writer, line.software.as_deref(), subject.wire, if out { DESTINATION } else { SOURCE });
    }
    if !out {
        gateway(writer, subject.source, path, DESTINATION);
    }
    requestor(writer, line);
}

/// This gateway under its address.
pub(super) fn gateway(writer: &mut Writer, source: &AuditSource, path: &str, role: (&str, &str, &str)) {
    let host = source.host();
    let kind = if host.parse::<std::net::IpAddr>().is_ok() { "2" } else { "1" };
    writer.element("ActiveParticipant", |inside| {
        inside
            .attr("UserID", &format!("{}{path}", source.public_url))
            .attr("AlternativeUserID", &source.process.to_string())
            .attr("UserIsRequestor", "false")
            .attr("NetworkAccessPointID", host)
            .attr("NetworkAccessPointTypeCode", kind);
        code(inside, "RoleIDCode", role);
    });
}

/// The calling software under the address that it wants its answer at, where it stated one, and from where it called.
pub(super) fn client(
    writer: &mut Writer,
    software: Option<&str>,
    wire: Option<&Wire>,
    role: (&str, &str, &str),
) {
    let software = software.map(str::trim).filter(|text| !text.is_empty());
    let reply_to = wire.and_then(|wire| wire.reply_to.as_deref());
    let address = wire.and_then(|wire| wire.address).map(|address| address.to_string());
    writer.element("ActiveParticipant", |inside| {
        inside
            .attr("UserID", reply_to.or(software).unwrap_or(UNKNOWN))
            .attr_if("UserName", reply_to.and(software))
            .attr("UserIsRequestor", "true")
            .attr_if("NetworkAccessPointID", address.as_deref())
            .attr_if("NetworkAccessPointTypeCode", address.as_ref().map(|_| "2"));
        code(inside, "RoleIDCode", role);
    });
}

/// Who asked. `alias<user@issuer>` with the alias left out: the user is the professional in the national directory, or
/// whom a structure vouches for. A patient or a representative is never named: the record is.
fn requestor(writer: &mut Writer, line: &HistoryLine) {
    let (id, name) = match (&line.person, &line.structure) {
        (Some(person), _) => (format!("<{person}@{}>", system::PROFESSIONALS), Some(line.display.as_str())),
        (None, Some(structure)) => (format!("<{}@{structure}>", line.display), None),
        (None, None) if line.display.trim().is_empty() => (line.kind.clone(), None),
        (None, None) => (line.display.clone(), None),
    };
    writer.element("ActiveParticipant", |inside| {
        inside
            .attr("UserID", &id)
            .attr_if("AlternativeUserID", line.structure.as_deref())
            .attr_if("UserName", name)
            .attr("UserIsRequestor", "true");
        code(inside, "RoleIDCode", (&line.kind, OWN, &line.kind));
    });
}
