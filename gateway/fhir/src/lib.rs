//! The FHIR R4 door, in JSON and XML: IHE MHD 4.2.4 and PDSm 3.1.1 in front of the record.
//!
//! Bytes in, bytes out: the server gives a [`Request`] whose caller it has proved and gets a [`Response`].
//! Everything that the door answers is one line of `route::lines`, from which the CapabilityStatement
//! is made as well. Wire types stay here; what happens is `journey`'s.

mod amend;
mod audit_event;
mod batch;
mod capability;
mod care_team;
pub mod check;
mod claim;
mod codec;
mod consent;
mod deposit_status;
pub mod document_reference;
mod export;
mod fhir_document;
pub mod format;
mod habilitation_matrix;
mod incoming;
mod iti105;
mod iti106;
mod iti65;
mod iti66;
mod iti67;
mod iti68;
mod life_cycle;
mod list;
mod media;
#[cfg(test)]
mod never_staged;
#[cfg(test)]
mod no_mail;
mod outcome;
mod page;
mod party;
mod patch;
mod patient;
mod prefer;
mod related_person;
#[cfg(test)]
mod rights_store;
mod route;
mod search;
pub mod subscription;
mod validate;
mod who;

use journey::{Clock, Desk, Ids, Segment, Store};
use model::{Caller, Finding, Rule};
use serde_json::Value;

use media::Form;
use outcome::Teller;
use route::Call;

use capability::metadata;
pub use export::{Bytes, export_bundle};
pub use outcome::{IHE_ERRORS, RULES, refuse};
pub use route::{Route, Unrouted, route, routes};

/// The media type of FHIR JSON.
pub const FHIR_JSON: &str = "application/fhir+json";

/// The media type of FHIR XML.
pub const FHIR_XML: &str = "application/fhir+xml";

/// Limits on one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body.
    pub bytes: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Values in all.
    pub nodes: usize,
}

impl Default for Limits {
    /// 32 MiB, 64 levels, 100 000 values.
    fn default() -> Self {
        Limits { bytes: 32 << 20, depth: 64, nodes: 100_000 }
    }
}

/// How the door is configured.
#[derive(Clone, PartialEq, Eq)]
pub struct Door {
    /// The base URL, without a slash at the end, for instance `https://host:port/fhir`.
    pub base: String,
    /// The key that page links are authenticated with (HMAC-SHA-256).
    pub page_key: [u8; 32],
    /// Limits on one message.
    pub limits: Limits,
    /// A search of documents or lists without `status` asks for what is current (PDSm for the DMP), instead of being
    /// refused (MHD, PDSm).
    pub status_is_optional: bool,
    /// A JSON Patch may archive by `/extension[url:…]/valueBoolean`, as PDSm's examples do, instead of being refused.
    pub patch_pseudo_paths: bool,
    /// Where notices may go.
    pub subscribing: subscription::Subscribing,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("base", &self.base).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// An HTTP request, as far as this door reads it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// The path below the base, without leading slash, not decoded.
    pub path: &'a str,
    /// The query, without `?`; empty when there is none.
    pub query: &'a str,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Accept`.
    pub accept: Option<&'a str>,
    /// `Accept-Language`.
    pub accept_language: Option<&'a str>,
    /// `Prefer`.
    pub prefer: Option<&'a str>,
    /// `If-Match`.
    pub if_match: Option<&'a str>,
    /// `If-None-Match`.
    pub if_none_match: Option<&'a str>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<&'a str>,
    /// `If-None-Exist` (FHIR R4 §3.1.0.8.1).
    pub if_none_exist: Option<&'a str>,
    /// `Range`.
    pub range: Option<&'a str>,
    /// `If-Range`.
    pub if_range: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// An HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body, as far as it is in hand.
    pub body: Vec<u8>,
    /// What follows of it.
    pub rest: Vec<Segment>,
    /// The cause of a fault of ours, for the log only.
    pub cause: Option<String>,
    /// What was asked for outside the scope of the caller's token: the event that this leaves is the server's.
    pub out_of_scope: Vec<Finding>,
    /// The resource of the body, as long as it is not written yet.
    resource: Option<Value>,
}

/// What a caller's proof lets them ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scopes<'a> {
    /// Everything that the order of decision leaves them: a holder's token, a structure's certificate.
    All,
    /// The scopes of the token.
    Named(&'a [String]),
}

impl Scopes<'_> {
    /// True if this scope is among them.
    pub fn cover(&self, scope: &str) -> bool {
        match self {
            Scopes::All => true,
            Scopes::Named(names) => names.iter().any(|name| name == scope),
        }
    }
}

/// What every handler is given.
pub(crate) struct Visit<'a, S, C, I> {
    pub(crate) door: &'a Door,
    pub(crate) desk: &'a Desk<S, C, I>,
    pub(crate) caller: &'a Caller,
    pub(crate) scopes: Scopes<'a>,
    pub(crate) request: &'a Request<'a>,
    pub(crate) teller: Teller<'a>,
}

/// Answers a request of a proved caller. Never fails: refusals and faults are responses. The scope that the
/// route needs ([`route()`]) is the server's to check before; that of a whole Bundle, whose type says which it is,
/// is checked here.
pub async fn respond<S: Store, C: Clock, I: Ids>(
    door: &Door,
    desk: &Desk<S, C, I>,
    caller: &Caller,
    scopes: Scopes<'_>,
    request: &Request<'_>,
) -> Response {
    answer(door, desk, caller, scopes, request).await.written(Form::at_best(request))
}

async fn answer<S: Store, C: Clock, I: Ids>(
    door: &Door,
    desk: &Desk<S, C, I>,
    caller: &Caller,
    scopes: Scopes<'_>,
    request: &Request<'_>,
) -> Response {
    let teller = Teller::new(&desk.mappings, &caller.request.0, request.accept_language);
    let (line, call) = match route::call(request) {
        Ok(found) => found,
        Err(unrouted) => return unrouted.tell(&teller),
    };
    // Of a Bundle that cannot be read, nobody knows that it is a batch.
    let uncovered = call == Call::Transaction && !scopes.cover(line.scope);
    if let Err(response) = media::acceptable(request, line, &door.limits, &teller) {
        return if uncovered { teller.out_of_scope(line.scope) } else { *response };
    }
    let visit = Visit { door, desk, caller, scopes, request, teller };
    if call != Call::Transaction {
        return dispatch(visit, call).await;
    }
    match incoming::read(request, &door.limits) {
        Ok(bundle) if batch::is_one(&bundle) => batch::respond(&visit, &bundle).await,
        Ok(_) | Err(_) if uncovered => teller.out_of_scope(line.scope),
        Err(findings) => teller.refuse(&findings),
        Ok(bundle) => iti65::respond(&visit, &bundle).await,
    }
}

/// Does what is called.
async fn dispatch<S: Store, C: Clock, I: Ids>(visit: Visit<'_, S, C, I>, call: Call) -> Response {
    let Visit { door, desk, request, .. } = visit;
    match call {
        Call::Metadata => metadata(door),
        Call::OpenApi => capability::openapi(door),
        Call::DefinitionSearch(defined) => capability::search(door, defined, request, &visit.teller),
        Call::DefinitionRead(defined, id) => capability::read(door, defined, &id, &visit.teller),
        Call::HabilitationMatrix => {
            habilitation_matrix::respond(&desk.mappings, desk.clock.now(), request, &visit.teller)
        }
        Call::PatientRead(id) => patient::read(&visit, id).await,
        Call::PatientSearch => patient::search(&visit).await,
        Call::PatientFeed => patient::feed::feed(&visit).await,
        Call::PatientMatch => patient::matching::respond(&visit).await,
        Call::CrossReference => patient::cross_reference(&visit).await,
        Call::PatientExport(id) => export::respond(&visit, id).await,
        // A Bundle is never one of several requests.
        Call::Transaction => visit.teller.refuse(&[Finding::new(Rule::TransactionIsSupported)]),
        Call::DocumentSearch => iti67::respond(&visit).await,
        Call::DocumentPatch(id) => amend::patch(&visit, id).await,
        Call::DocumentDelete(id) => amend::delete(&visit, id).await,
        Call::WhoCouldSee(id) => who::respond(&visit, &id).await,
        Call::DocumentRead(id) => iti67::read(&visit, id).await,
        Call::DocumentHistory(id) => iti67::history(&visit, id).await,
        Call::DocumentVersion(id, version) => iti67::read_version(&visit, id, version).await,
        Call::ListSearch => iti66::respond(&visit).await,
        Call::ListRead(id) => iti66::read(&visit, id).await,
        Call::ListCreate => iti66::no_create(&visit),
        Call::SubscriptionCreate => subscription::create(&visit).await,
        Call::SubscriptionRead(id) => subscription::read(&visit, id).await,
        Call::SubscriptionSearch => subscription::search(&visit).await,
        Call::SubscriptionUpdate(id) => subscription::update(&visit, id).await,
        Call::SubscriptionDelete(id) => subscription::delete(&visit, id).await,
        Call::SubscriptionStatus(id) => subscription::state(&visit, id).await,
        Call::SubscriptionEvents(id) => subscription::events(&visit, id).await,
        Call::TopicSearch => subscription::topic::search(door, request, &visit.teller),
        Call::TopicRead(id) => subscription::topic::read(door, &id, &visit.teller),
        Call::GenerateMetadata => iti106::respond(&visit).await,
        Call::DepositStatus => deposit_status::respond(&visit).await,
        Call::Validate(subject) => validate::respond(&visit, subject).await,
        Call::DocumentPublish => iti105::respond(&visit).await,
        Call::BinaryRead(id) => iti68::respond(&visit, id).await,
        Call::RequestCode => life_cycle::request_code(&visit).await,
        Call::Activate => life_cycle::activate(&visit).await,
        Call::Life(act, id) => life_cycle::respond(&visit, act, &id).await,
        Call::ConsentCreate => consent::create(&visit).await,
        Call::ConsentRead(id) => consent::read(&visit, &id).await,
        Call::ConsentSearch => consent::search(&visit).await,
        Call::ConsentDelete(id) => consent::delete(&visit, &id).await,
        Call::ConsentUpdate => consent::no_update(&visit),
        Call::CareTeamSearch => care_team::search(&visit).await,
        Call::CareTeamDeclare(id) => care_team::declare(&visit, &id).await,
        Call::CareTeamCease(id) => care_team::cease(&visit, &id).await,
        Call::RelatedRead(id) => related_person::read(&visit, &id).await,
        Call::RelatedSearch => related_person::search(&visit).await,
        Call::RelatedCreate => related_person::create(&visit).await,
        Call::RelatedDelete => related_person::delete(&visit).await,
        Call::AuditSearch => audit_event::search(&visit).await,
        Call::AuditRead(id) => audit_event::read(&visit, &id).await,
        Call::AuditContest(id) => audit_event::contest(&visit, &id).await,
    }
}

/// Answers a request whose route is public: nobody is asked who they are, and nothing of a record is told. Any
/// other route is refused as unauthenticated.
pub fn respond_publicly<S: Store, C: Clock, I: Ids>(
    door: &Door,
    desk: &Desk<S, C, I>,
    request: &Request<'_>,
    request_id: &str,
) -> Response {
    let teller = Teller::new(&desk.mappings, request_id, request.accept_language);
    let answer = match route::call(request) {
        Err(unrouted) => unrouted.tell(&teller),
        Ok((line, _)) if !line.public => teller.refuse(&[Finding::new(Rule::TokenIsSignedByItsIssuer)]),
        Ok((line, call)) => match (media::acceptable(request, line, &door.limits, &teller), call) {
            (Err(response), _) => *response,
            (Ok(()), Call::Metadata) => metadata(door),
            (Ok(()), Call::OpenApi) => capability::openapi(door),
            (Ok(()), Call::DefinitionSearch(defined)) => capability::search(door, defined, request, &teller),
            (Ok(()), Call::TopicSearch) => subscription::topic::search(door, request, &teller),
            (Ok(()), Call::TopicRead(id)) => subscription::topic::read(door, &id, &teller),
            (Ok(()), Call::DefinitionRead(defined, id)) => capability::read(door, defined, &id, &teller),
            (Ok(()), Call::HabilitationMatrix) => {
                habilitation_matrix::respond(&desk.mappings, desk.clock.now(), request, &teller)
            }
            (Ok(()), _) => teller.refuse(&[Finding::new(Rule::TokenIsSignedByItsIssuer)]),
        },
    };
    answer.written(Form::at_best(request))
}
