//! Every interaction of the door, one line each; one file a subject.

mod call;
mod documents;
mod feeds;
mod patients;
mod rights;
mod system;

use mappings::Mappings;
use model::{Finding, Rule};

use crate::media::Form;
use crate::outcome::Teller;
use crate::{Request, Response};

pub(crate) use call::{Body, Call};

/// One interaction: what it is for HTTP, for IHE and for the CapabilityStatement.
pub(crate) struct Line {
    pub(crate) method: &'static str,
    /// Path below the base; `{id}` stands for one id, `{vid}` for a version of it.
    pub(crate) path: &'static str,
    make: Make,
    /// The transaction.
    pub(crate) transaction: &'static str,
    /// The scope that a token needs; the transaction's name unless said otherwise.
    pub(crate) scope: &'static str,
    /// Resource type (empty: the system) and interaction code in the CapabilityStatement (empty: not told there;
    /// `$…`: an operation).
    pub(crate) interaction: (&'static str, &'static str),
    /// True if no caller is needed.
    pub(crate) public: bool,
    /// What the body holds.
    pub(crate) body: Body,
    /// True if what is asked for, and with it the scope that it needs, stands in the body only.
    pub(crate) by_content: bool,
}

/// What a line calls with the ids of a path.
type Make = fn(At<'_>) -> Call;

/// Every line.
pub(crate) fn lines() -> impl Iterator<Item = &'static Line> {
    [system::LINES, patients::LINES, documents::LINES, rights::LINES, feeds::LINES].into_iter().flatten()
}

/// The scope of operations.
const OPERATOR: &str = "operator";
/// The scope of a holder's or representative's token.
const PATIENT: &str = "patient";

/// A line whose scope is the transaction's name and whose body, if any, is a form.
const fn line(
    method: &'static str,
    path: &'static str,
    make: Make,
    transaction: &'static str,
    interaction: (&'static str, &'static str),
) -> Line {
    Line {
        method,
        path,
        make,
        transaction,
        scope: transaction,
        interaction,
        public: false,
        body: Body::Form,
        by_content: false,
    }
}

impl Line {
    /// The same for anybody.
    const fn open(self) -> Line {
        Line { public: true, ..self }
    }

    /// The same with a scope of its own.
    const fn scope(self, scope: &'static str) -> Line {
        Line { scope, ..self }
    }

    /// The same with another body.
    const fn takes(self, body: Body) -> Line {
        Line { body, ..self }
    }

    /// The same for a Bundle that may be a batch of other requests.
    const fn or_batch(self) -> Line {
        Line { by_content: true, ..self }
    }

    fn route(&self) -> Route {
        let Line { transaction, scope, public, by_content, .. } = *self;
        Route { transaction, scope, public, by_content }
    }
}

/// What the server must know before it lets a request in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The transaction, for instance `ITI-65`.
    pub transaction: &'static str,
    /// The scope that a token needs: the transaction's name, `operator` or `patient` (which a holder's token always has).
    pub scope: &'static str,
    /// True if no caller is needed.
    pub public: bool,
    /// True if the body has to be read to know which scope is needed: [`crate::respond()`] checks it then.
    pub by_content: bool,
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
    pub fn response(&self, mappings: &Mappings, request_id: &str, request: &Request<'_>) -> Response {
        let answer = self.tell(&Teller::new(mappings, request_id, request.accept_language));
        answer.written(Form::at_best(request))
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

/// Every interaction: method, path below the base (`{id}` stands for an id), and what it needs.
pub fn routes() -> impl Iterator<Item = (&'static str, &'static str, Route)> {
    lines().map(|line| (line.method, line.path, line.route()))
}

/// Finds the route of a request, before anybody is asked who they are.
pub fn route(request: &Request<'_>) -> Result<Route, Unrouted> {
    call(request).map(|(line, _)| line.route())
}

/// Finds the route and what it calls.
pub(crate) fn call(request: &Request<'_>) -> Result<(&'static Line, Call), Unrouted> {
    let path = request.path.trim_matches('/');
    let mut allow = Vec::new();
    for line in lines() {
        let Some(at) = At::of(line.path, path) else { continue };
        if line.method == request.method {
            return Ok((line, (line.make)(at)));
        }
        allow.push(line.method);
    }
    let list: Vec<String> = lines().map(|line| format!("{} /{}", line.method, line.path)).collect();
    let list = list.join(", ");
    let finding = Finding::new(Rule::TransactionIsSupported)
        .detail(format!("ce serveur connaît : {list}"), format!("this server knows: {list}"));
    Err(Unrouted { allow, finding })
}

/// Where a path fits a pattern: the ids in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct At<'p> {
    id: &'p str,
    version: &'p str,
}

impl<'p> At<'p> {
    /// The ids of a path, if the path fits.
    fn of(pattern: &str, path: &'p str) -> Option<Self> {
        let mut at = At::default();
        let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
        loop {
            let (one, other) = match (wanted.next(), given.next()) {
                (None, None) => return Some(at),
                (Some(one), Some(other)) => (one, other),
                _ => return None,
            };
            let slot = match one {
                "{id}" => &mut at.id,
                "{vid}" => &mut at.version,
                _ if one == other => continue,
                _ => return None,
            };
            if other.is_empty() || other.starts_with(['_', '$']) {
                return None;
            }
            *slot = other;
        }
    }

    /// The id of the resource; empty if the pattern has none.
    fn id(&self) -> String {
        self.id.to_owned()
    }

    /// The version; empty if the pattern has none.
    fn version(&self) -> String {
        self.version.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'a>(method: &'a str, path: &'a str) -> Request<'a> {
        Request { method, path, ..Request::default() }
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
            ("DELETE", "Consent/x", "ITI-108"),
            ("POST", "Patient/$oppose", "$oppose"),
            ("POST", "Patient/x/$oppose", "$oppose"),
            ("POST", "AuditEvent/x/$contest", "ITI-81"),
            ("POST", "Subscription", "ITI-110"),
            ("GET", "Subscription/x", "ITI-110"),
            ("GET", "Subscription", "ITI-110"),
            ("DELETE", "Subscription/x", "ITI-110"),
            ("GET", "Subscription/x/$status", "ITI-113"),
            ("GET", "Basic", "ITI-114"),
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
            "List/x/_history",
            "Binary",
            "Binary/x/y",
            "Patient/x/$match",
            "Patient/$nonsense",
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
    fn what_operators_and_holders_do_has_their_scope() {
        let scope = |method, path| route(&request(method, path)).map(|route| route.scope);
        assert_eq!(scope("POST", "Patient/$activate"), Ok("operator"));
        assert_eq!(scope("POST", "RelatedPerson"), Ok("operator"));
        assert_eq!(scope("POST", "Patient/x/$erase"), Ok("patient"));
        assert_eq!(scope("GET", "CareTeam"), Ok("ITI-108"));
    }

    #[test]
    fn only_what_the_door_can_do_and_the_matrix_are_public() {
        assert_eq!(
            lines().filter(|line| line.public).map(|line| line.path).collect::<Vec<_>>(),
            [
                "metadata",
                "openapi.json",
                "$habilitation-matrix",
                "SearchParameter",
                "SearchParameter/{id}",
                "OperationDefinition",
                "OperationDefinition/{id}",
                "Basic",
                "Basic/{id}",
            ]
        );
    }
}
