//! Every interaction of the door, one line each.

use mappings::Mappings;
use model::{Finding, Rule};

use crate::export;
use crate::habilitation_matrix::NAME;
use crate::life_cycle::LifeAct;
use crate::outcome::Teller;
use crate::who;
use crate::{Request, Response};

/// One interaction: what it is for HTTP, for IHE and for the CapabilityStatement.
pub(crate) struct Line {
    pub(crate) method: &'static str,
    /// Path below the base; `{id}` stands for one id.
    pub(crate) path: &'static str,
    make: fn(&str) -> Call,
    /// The transaction.
    pub(crate) transaction: &'static str,
    /// The scope that a token needs; the transaction's name unless said otherwise.
    pub(crate) scope: &'static str,
    /// Resource type (empty: the system) and interaction code in the CapabilityStatement (empty: not told there;
    /// `$…`: an operation).
    pub(crate) interaction: (&'static str, &'static str),
    /// True if no caller is needed.
    pub(crate) public: bool,
}

/// The list.
pub(crate) const ROUTES: [Line; 53] = [
    line("GET", "metadata", |_| Call::Metadata, "metadata", ("", "")).open(),
    line("GET", "$habilitation-matrix", |_| Call::HabilitationMatrix, NAME, ("", "")).open(),
    line("POST", "", |_| Call::Transaction, "ITI-65", ("", "transaction")),
    line("GET", "Patient/{id}", |id| Call::PatientRead(id.into()), "ITI-78", ("Patient", "read")),
    line(
        "GET",
        "Patient/{id}/$export",
        |id| Call::PatientExport(id.into()),
        export::NAME,
        ("Patient", "$export"),
    )
    .scope(PATIENT),
    line("GET", "Patient", |_| Call::PatientSearch, "ITI-78", ("Patient", "search-type")),
    line("POST", "Patient/_search", |_| Call::PatientSearch, "ITI-78", ("Patient", "search-type")),
    line(
        "POST",
        "Patient/$request-activation-code",
        |_| Call::RequestCode,
        "$request-activation-code",
        ("Patient", "$request-activation-code"),
    )
    .scope(OPERATOR),
    line("POST", "Patient/$activate", |_| Call::Activate, "$activate", ("Patient", "$activate"))
        .scope(OPERATOR),
    life("Patient/$oppose", |id| Call::Life(LifeAct::Oppose, id.into()), "$oppose"),
    life("Patient/{id}/$oppose", |id| Call::Life(LifeAct::Oppose, id.into()), "$oppose"),
    life(
        "Patient/$withdraw-opposition",
        |id| Call::Life(LifeAct::WithdrawOpposition, id.into()),
        "$withdraw-opposition",
    ),
    life(
        "Patient/{id}/$withdraw-opposition",
        |id| Call::Life(LifeAct::WithdrawOpposition, id.into()),
        "$withdraw-opposition",
    ),
    life("Patient/$close", |id| Call::Life(LifeAct::Close, id.into()), "$close"),
    life("Patient/{id}/$close", |id| Call::Life(LifeAct::Close, id.into()), "$close"),
    life("Patient/$erase", |id| Call::Life(LifeAct::Erase, id.into()), "$erase"),
    life("Patient/{id}/$erase", |id| Call::Life(LifeAct::Erase, id.into()), "$erase"),
    life("Patient/$notify", |id| Call::Life(LifeAct::Notify, id.into()), "$notify"),
    life("Patient/{id}/$notify", |id| Call::Life(LifeAct::Notify, id.into()), "$notify"),
    line(
        "GET",
        "DocumentReference/{id}",
        |id| Call::DocumentRead(id.into()),
        "ITI-67",
        ("DocumentReference", "read"),
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
    line("POST", "DocumentReference", |_| Call::DocumentPublish, "ITI-105", ("DocumentReference", "create")),
    line(
        "PATCH",
        "DocumentReference/{id}",
        |id| Call::DocumentPatch(Some(id.into())),
        "ITI-57",
        ("DocumentReference", "patch"),
    ),
    line(
        "PATCH",
        "DocumentReference",
        |_| Call::DocumentPatch(None),
        "ITI-57",
        ("DocumentReference", "patch"),
    ),
    line(
        "DELETE",
        "DocumentReference/{id}",
        |id| Call::DocumentDelete(id.into()),
        "ITI-57",
        ("DocumentReference", "delete"),
    ),
    line("GET", WHO, |id| Call::WhoCouldSee(id.into()), who::OPERATION, ("DocumentReference", ""))
        .scope(PATIENT),
    line(
        "POST",
        WHO,
        |id| Call::WhoCouldSee(id.into()),
        who::OPERATION,
        ("DocumentReference", who::OPERATION),
    )
    .scope(PATIENT),
    line("GET", "Binary/{id}", |id| Call::BinaryRead(id.into()), "ITI-68", ("Binary", "read")),
    line("POST", "Consent", |_| Call::ConsentCreate, "ITI-108", ("Consent", "create")),
    line("GET", "Consent/{id}", |id| Call::ConsentRead(id.into()), "ITI-108", ("Consent", "read")),
    line("GET", "Consent", |_| Call::ConsentSearch, "ITI-108", ("Consent", "search-type")),
    line("POST", "Consent/_search", |_| Call::ConsentSearch, "ITI-108", ("Consent", "search-type")),
    line("DELETE", "Consent/{id}", |id| Call::ConsentDelete(id.into()), "ITI-108", ("Consent", "delete")),
    line("PUT", "Consent/{id}", |_| Call::ConsentUpdate, "ITI-108", ("Consent", "")),
    line("POST", "CareTeam", |_| Call::CareTeamDeclare(String::new()), "ITI-108", ("CareTeam", "create")),
    line("PUT", "CareTeam/{id}", |id| Call::CareTeamDeclare(id.into()), "ITI-108", ("CareTeam", "update")),
    line("GET", "CareTeam", |_| Call::CareTeamSearch, "ITI-108", ("CareTeam", "search-type")),
    line("POST", "CareTeam/_search", |_| Call::CareTeamSearch, "ITI-108", ("CareTeam", "search-type")),
    line("DELETE", "CareTeam/{id}", |id| Call::CareTeamCease(id.into()), "ITI-108", ("CareTeam", "delete")),
    line(
        "POST",
        "CareTeam/{id}/$cease",
        |id| Call::CareTeamCease(id.into()),
        "ITI-108",
        ("CareTeam", "$cease"),
    ),
    line(
        "GET",
        "RelatedPerson/{id}",
        |id| Call::RelatedRead(id.into()),
        "ITI-108",
        ("RelatedPerson", "read"),
    ),
    line("GET", "RelatedPerson", |_| Call::RelatedSearch, "ITI-108", ("RelatedPerson", "search-type")),
    line(
        "POST",
        "RelatedPerson/_search",
        |_| Call::RelatedSearch,
        "ITI-108",
        ("RelatedPerson", "search-type"),
    ),
    line("POST", "RelatedPerson", |_| Call::RelatedCreate, "represent", ("RelatedPerson", "create"))
        .scope(OPERATOR),
    line("DELETE", "RelatedPerson", |_| Call::RelatedDelete, "represent", ("RelatedPerson", "delete"))
        .scope(OPERATOR),
    line("GET", "AuditEvent", |_| Call::AuditSearch, "ITI-81", ("AuditEvent", "search-type")),
    line("POST", "AuditEvent/_search", |_| Call::AuditSearch, "ITI-81", ("AuditEvent", "search-type")),
    line(
        "POST",
        "AuditEvent/{id}/$contest",
        |id| Call::AuditContest(id.into()),
        "ITI-81",
        ("AuditEvent", "$contest"),
    ),
    line("POST", "Subscription", |_| Call::SubscriptionCreate, "ITI-110", ("Subscription", "create")),
    line(
        "GET",
        "Subscription/{id}",
        |id| Call::SubscriptionRead(id.into()),
        "ITI-110",
        ("Subscription", "read"),
    ),
    line("GET", "Subscription", |_| Call::SubscriptionSearch, "ITI-110", ("Subscription", "search-type")),
    line(
        "DELETE",
        "Subscription/{id}",
        |id| Call::SubscriptionDelete(id.into()),
        "ITI-110",
        ("Subscription", "delete"),
    ),
];

/// Who could see a document, now or if.
const WHO: &str = "DocumentReference/{id}/$who-could-see";
/// The scope of an operator's token.
const OPERATOR: &str = "operator";
/// The scope of a holder's or representative's token.
const PATIENT: &str = "patient";

const fn line(
    method: &'static str,
    path: &'static str,
    make: fn(&str) -> Call,
    transaction: &'static str,
    interaction: (&'static str, &'static str),
) -> Line {
    Line { method, path, make, transaction, scope: transaction, interaction, public: false }
}

/// An operation of the holder's side on the record as a whole.
const fn life(path: &'static str, make: fn(&str) -> Call, name: &'static str) -> Line {
    line("POST", path, make, name, ("Patient", name)).scope(PATIENT)
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
}

/// A routed request. An empty id: the path has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Metadata,
    HabilitationMatrix,
    PatientRead(String),
    PatientSearch,
    RequestCode,
    Activate,
    Life(LifeAct, String),
    PatientExport(String),
    Transaction,
    DocumentSearch,
    DocumentRead(String),
    DocumentPublish,
    /// By id, or by `identifier` in the query.
    DocumentPatch(Option<String>),
    DocumentDelete(String),
    WhoCouldSee(String),
    BinaryRead(String),
    SubscriptionCreate,
    SubscriptionRead(String),
    SubscriptionSearch,
    SubscriptionDelete(String),
    ConsentCreate,
    ConsentRead(String),
    ConsentSearch,
    ConsentDelete(String),
    ConsentUpdate,
    CareTeamSearch,
    CareTeamDeclare(String),
    CareTeamCease(String),
    RelatedRead(String),
    RelatedSearch,
    RelatedCreate,
    RelatedDelete,
    AuditSearch,
    AuditContest(String),
}

/// What the body of a request holds, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// A resource.
    Resource,
    /// Parameters of an operation, or nothing.
    Parameters,
    /// A JSON Patch.
    JsonPatch,
    /// The parameters of a search, or nothing.
    Form,
}

impl Call {
    /// What the body holds.
    pub(crate) fn body(&self) -> Body {
        match self {
            Call::Transaction
            | Call::DocumentPublish
            | Call::SubscriptionCreate
            | Call::ConsentCreate
            | Call::ConsentUpdate
            | Call::CareTeamDeclare(_)
            | Call::RelatedCreate => Body::Resource,
            Call::RequestCode
            | Call::Activate
            | Call::Life(..)
            | Call::WhoCouldSee(_)
            | Call::CareTeamCease(_)
            | Call::AuditContest(_) => Body::Parameters,
            Call::DocumentPatch(_) => Body::JsonPatch,
            Call::Metadata
            | Call::HabilitationMatrix
            | Call::PatientExport(_)
            | Call::DocumentDelete(_)
            | Call::PatientRead(_)
            | Call::PatientSearch
            | Call::DocumentSearch
            | Call::DocumentRead(_)
            | Call::BinaryRead(_)
            | Call::SubscriptionRead(_)
            | Call::SubscriptionSearch
            | Call::SubscriptionDelete(_)
            | Call::ConsentRead(_)
            | Call::ConsentSearch
            | Call::ConsentDelete(_)
            | Call::CareTeamSearch
            | Call::RelatedRead(_)
            | Call::RelatedSearch
            | Call::RelatedDelete
            | Call::AuditSearch => Body::Form,
        }
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

/// Every interaction: method, path below the base (`{id}` stands for an id), and what it needs.
pub fn routes() -> impl Iterator<Item = (&'static str, &'static str, Route)> {
    ROUTES.iter().map(|line| {
        let route = Route { transaction: line.transaction, scope: line.scope, public: line.public };
        (line.method, line.path, route)
    })
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
            let route = Route { transaction: line.transaction, scope: line.scope, public: line.public };
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
        Some((before, after)) => path
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
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
            ("DELETE", "Consent/x", "ITI-108"),
            ("POST", "Patient/$oppose", "$oppose"),
            ("POST", "Patient/x/$oppose", "$oppose"),
            ("POST", "AuditEvent/x/$contest", "ITI-81"),
            ("POST", "Subscription", "ITI-110"),
            ("GET", "Subscription/x", "ITI-110"),
            ("GET", "Subscription", "ITI-110"),
            ("DELETE", "Subscription/x", "ITI-110"),
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
    fn what_operators_and_holders_do_has_their_scope() {
        let scope = |method, path| route(&request(method, path)).map(|route| route.scope);
        assert_eq!(scope("POST", "Patient/$activate"), Ok("operator"));
        assert_eq!(scope("POST", "RelatedPerson"), Ok("operator"));
        assert_eq!(scope("POST", "Patient/x/$erase"), Ok("patient"));
        assert_eq!(scope("GET", "CareTeam"), Ok("ITI-108"));
    }

    #[test]
    fn only_the_capabilities_and_the_matrix_are_public() {
        assert_eq!(
            ROUTES.iter().filter(|line| line.public).map(|line| line.path).collect::<Vec<_>>(),
            ["metadata", "$habilitation-matrix"]
        );
    }
}
