//! Every interaction of the door, one line each.

use mappings::Mappings;
use model::{Finding, Rule};

use crate::export;
use crate::habilitation_matrix::NAME;
use crate::outcome::Teller;
use crate::{Request, Response};

/// One interaction: what it is for HTTP, for IHE and for the CapabilityStatement.
pub(crate) struct Line {
    pub(crate) method: &'static str,
    /// Path below the base; `{id}` stands for one id.
    pub(crate) path: &'static str,
    make: fn(&str) -> Call,
    /// The transaction.
    pub(crate) transaction: &'static str,
    /// Resource type (empty: the system) and interaction code in the CapabilityStatement.
    pub(crate) interaction: (&'static str, &'static str),
    /// True if no caller is needed.
    pub(crate) public: bool,
}

/// The list.
pub(crate) const ROUTES: [Line; 15] = [
    line("GET", "metadata", |_| Call::Metadata, "metadata", ("", ""), true),
    line("GET", "$habilitation-matrix", |_| Call::HabilitationMatrix, NAME, ("", ""), true),
    line("POST", "", |_| Call::Transaction, "ITI-65", ("", "transaction"), false),
    line("GET", "Patient/{id}", |id| Call::PatientRead(id.into()), "ITI-78", ("Patient", "read"), false),
    line(
        "GET",
        "Patient/{id}/$export",
        |id| Call::PatientExport(id.into()),
        export::NAME,
        ("Patient", ""),
        false,
    ),
    line("GET", "Patient", |_| Call::PatientSearch, "ITI-78", ("Patient", "search-type"), false),
    line("POST", "Patient/_search", |_| Call::PatientSearch, "ITI-78", ("Patient", "search-type"), false),
    line(
        "GET",
        "DocumentReference/{id}",
        |id| Call::DocumentRead(id.into()),
        "ITI-67",
        ("DocumentReference", "read"),
        false,
    ),
    line(
        "GET",
        "DocumentReference",
        |_| Call::DocumentSearch,
        "ITI-67",
        ("DocumentReference", "search-type"),
        false,
    ),
    line(
        "POST",
        "DocumentReference/_search",
        |_| Call::DocumentSearch,
        "ITI-67",
        ("DocumentReference", "search-type"),
        false,
    ),
    line(
        "POST",
        "DocumentReference",
        |_| Call::DocumentPublish,
        "ITI-105",
        ("DocumentReference", "create"),
        false,
    ),
    line(
        "PATCH",
        "DocumentReference/{id}",
        |id| Call::DocumentPatch(Some(id.into())),
        "ITI-57",
        ("DocumentReference", "patch"),
        false,
    ),
    line(
        "PATCH",
        "DocumentReference",
        |_| Call::DocumentPatch(None),
        "ITI-57",
        ("DocumentReference", "patch"),
        false,
    ),
    line(
        "DELETE",
        "DocumentReference/{id}",
        |id| Call::DocumentDelete(id.into()),
        "ITI-57",
        ("DocumentReference", "delete"),
        false,
    ),
    line("GET", "Binary/{id}", |id| Call::BinaryRead(id.into()), "ITI-68", ("Binary", "read"), false),
];

const fn line(
    method: &'static str,
    path: &'static str,
    make: fn(&str) -> Call,
    transaction: &'static str,
    interaction: (&'static str, &'static str),
    public: bool,
) -> Line {
    Line { method, path, make, transaction, interaction, public }
}

/// A routed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Metadata,
    HabilitationMatrix,
    PatientRead(String),
    PatientSearch,
    PatientExport(String),
    Transaction,
    DocumentSearch,
    DocumentRead(String),
    DocumentPublish,
    /// By id, or by `identifier` in the query.
    DocumentPatch(Option<String>),
    DocumentDelete(String),
    BinaryRead(String),
}

/// What the server must know before it lets a request in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The transaction, for instance `ITI-65`.
    pub transaction: &'static str,
    /// The scope that a token needs: the transaction's name (holders' tokens have the scope `patient`).
    pub scope: &'static str,
    /// True if no caller is needed.
    pub public: bool,
}

/// A request for what does not exist here: 404, or 405 with the methods that do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrouted {
    /// The methods that exist for the path; empty if the path does not.
    pub allow: Vec<&'static str>,
    /// What exists.
    pub finding: Finding,
}

impl Unrouted {
    /// The answer.
    pub fn response(&self, mappings: &Mappings, request_id: &str, accept_language: Option<&str>) -> Response {
        self.tell(&Teller::new(mappings, request_id, accept_language))
    }

    pub(crate) fn tell(&self, teller: &Teller<'_>) -> Response {
        let findings = std::slice::from_ref(&self.finding);
        if self.allow.is_empty() {
            return teller.refuse_with(404, findings);
        }
        let mut response = teller.refuse_with(405, findings);
        response.headers.push(("Allow", self.allow.join(", ")));
        response
    }
}

/// Finds the route of a request, before anybody is asked who they are.
pub fn route(request: &Request<'_>) -> Result<Route, Unrouted> {
    call(request).map(|(route, _)| route)
}

/// Finds the route and what it calls.
pub(crate) fn call(request: &Request<'_>) -> Result<(Route, Call), Unrouted> {
    let path = request.path.trim_matches('/');
    let mut allow = Vec::new();
    for line in &ROUTES {
        let Some(id) = matches(line.path, path) else { continue };
        if line.method == request.method {
            let route = Route { transaction: line.transaction, scope: line.transaction, public: line.public };
            return Ok((route, (line.make)(id)));
        }
        allow.push(line.method);
    }
    let list: Vec<String> = ROUTES.iter().map(|line| format!("{} /{}", line.method, line.path)).collect();
    let list = list.join(", ");
    let finding = Finding::new(Rule::TransactionIsSupported)
        .detail(format!("ce serveur connaît : {list}"), format!("this server knows: {list}"));
    Err(Unrouted { allow, finding })
}

/// The id in the path (empty if the pattern has none), if the path fits.
fn matches<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    match pattern.split_once("{id}") {
        Some((prefix, suffix)) => path
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix(suffix))
            .filter(|id| !id.is_empty() && !id.contains('/') && !id.starts_with(['_', '$'])),
        None => (pattern == path).then_some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'a>(method: &'a str, path: &'a str) -> Request<'a> {
        Request {
            method,
            path,
            query: "",
            content_type: None,
            accept: None,
            accept_language: None,
            prefer: None,
            if_match: None,
            body: b"",
        }
    }

    #[test]
    fn each_interaction_has_its_transaction() {
        for (method, path, transaction) in [
            ("GET", "metadata", "metadata"),
            ("GET", "$habilitation-matrix", "habilitation-matrix"),
            ("POST", "", "ITI-65"),
            ("POST", "/", "ITI-65"),
            ("GET", "Patient/x", "ITI-78"),
            ("GET", "Patient/x/$export", "export"),
            ("POST", "Patient/_search", "ITI-78"),
            ("GET", "DocumentReference", "ITI-67"),
            ("POST", "DocumentReference/_search", "ITI-67"),
            ("GET", "DocumentReference/7d1c0a52-5b0e-4f0e-9a53-0c5f3a3f9e11", "ITI-67"),
            ("POST", "DocumentReference", "ITI-105"),
            ("GET", "Binary/x", "ITI-68"),
        ] {
            assert_eq!(
                route(&request(method, path)).map(|route| route.transaction),
                Ok(transaction),
                "{path}"
            );
        }
    }

    #[test]
    fn what_does_not_exist_is_told_with_what_does() {
        for path in [
            "List",
            "Binary",
            "Binary/x/y",
            "Patient/x/$match",
            "Patient/$match",
            "DocumentReference/_search/x",
            "Nonsense",
        ] {
            let unrouted = route(&request("GET", path)).expect_err(path);
            assert!(unrouted.allow.is_empty(), "{path}");
            assert!(unrouted.finding.args.iter().any(|(_, text)| text.contains("GET /DocumentReference")));
        }
        assert_eq!(route(&request("DELETE", "Binary/x")).expect_err("405").allow, ["GET"]);
        assert_eq!(route(&request("GET", "")).expect_err("405").allow, ["POST"]);
    }

    #[test]
    fn only_the_capabilities_and_the_matrix_are_public() {
        assert_eq!(
            ROUTES.iter().filter(|line| line.public).map(|line| line.path).collect::<Vec<_>>(),
            ["metadata", "$habilitation-matrix"]
        );
    }
}
