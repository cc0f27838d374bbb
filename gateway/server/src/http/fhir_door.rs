//! `/fhir`: bearer token or structure certificate, then the FHIR door.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use fhir::{Route, Scopes};
use http::{HeaderMap, Method, Request, header};
use ihe::iti20::Wire;
use journey::{Clock, Directory as _, Ids, Store};
use model::{Actor, Caller, Channel, Finding, Purpose, RequestId, Rule, StructureId};

use super::{App, body, outgoing};
use crate::identity::{self, ClientCertificate, Proof};
use crate::listen::{ClientAddress, Peer};

pub(super) async fn handle<S: Store, C: Clock, I: Ids>(
    State(app): State<Arc<App<S, C, I>>>,
    Extension(Peer(certificate)): Extension<Peer>,
    request: Request<Body>,
) -> Response {
    let id = app.request_id();
    let (head, content) = request.into_parts();
    let address = head.extensions.get::<ClientAddress>().map(|ClientAddress(address)| *address);
    let text = |name: header::HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let language = text(header::ACCEPT_LANGUAGE);
    // RFC 9110 §9.3.2: as GET, without the body. A range is for GET alone.
    let head_alone = head.method == Method::HEAD;
    let mut transaction = "-";
    let request = |body| fhir::Request {
        method: if head_alone { "GET" } else { head.method.as_str() },
        path: head.uri.path().strip_prefix("/fhir").unwrap_or_default().trim_matches('/'),
        query: head.uri.query().unwrap_or_default(),
        content_type: text(header::CONTENT_TYPE),
        accept: text(header::ACCEPT),
        accept_language: language,
        prefer: text(header::HeaderName::from_static("prefer")),
        if_match: text(header::IF_MATCH),
        if_none_match: text(header::IF_NONE_MATCH),
        if_modified_since: text(header::IF_MODIFIED_SINCE),
        if_none_exist: text(header::HeaderName::from_static("if-none-exist")),
        range: text(header::RANGE).filter(|_| !head_alone),
        if_range: text(header::IF_RANGE),
        body,
    };
    let refuse = |findings: &[Finding]| fhir::refuse(&app.desk.mappings, findings, &id.0, &request(&[]));
    let not_authenticated = |findings: &[Finding]| {
        app.own_events.not_authenticated("ITI-72", findings, &id, app.desk.clock.now());
    };
    // Who is calling comes before the body: a stranger's bytes are not kept.
    let answer = match fhir::route(&request(&[])) {
        Err(unrouted) => {
            body::discard(content, &app.whole);
            unrouted.response(&app.desk.mappings, &id.0, &request(&[]))
        }
        Ok(route) => {
            transaction = route.transaction;
            match authorised(&app, &id, &head.headers, certificate.as_deref(), &route) {
                _ if route.public => fhir::respond_publicly(&app.fhir, &app.desk, &request(&[]), &id.0),
                Err(findings) => {
                    not_authenticated(&findings);
                    body::discard(content, &app.whole);
                    refuse(&findings)
                }
                Ok((caller, scopes)) => {
                    app.wires.note(&id, || Wire { address, ..Wire::default() });
                    match body::read(&head.headers, content, &app.whole).await {
                        Err(finding) => refuse(&[finding]),
                        Ok(incoming) => {
                            let request = request(&incoming.bytes);
                            fhir::respond(&app.fhir, &app.desk, &caller, scopes.named(), &request).await
                        }
                    }
                }
            }
        }
    };
    for finding in &answer.out_of_scope {
        not_authenticated(std::slice::from_ref(finding));
    }
    if let Some(cause) = &answer.cause {
        tracing::error!(request = %id, door = "fhir", transaction, cause, "our failure");
    }
    app.metrics.answered("fhir", transaction, answer.status);
    tracing::info!(request = %id, door = "fhir", transaction, status = answer.status, "answered");
    response(&app, answer, &id, head_alone)
}

/// The scopes of the token; `None` for a caller whom no scope limits.
struct Granted(Option<Vec<String>>);

impl Granted {
    fn named(&self) -> Scopes<'_> {
        self.0.as_deref().map_or(Scopes::All, Scopes::Named)
    }
}

/// Stage A: who is calling, and whether the token's scope covers the transaction, where its route tells which.
fn authorised<S: Store, C: Clock, I: Ids>(
    app: &App<S, C, I>,
    id: &RequestId,
    headers: &HeaderMap,
    certificate: Option<&ClientCertificate>,
    route: &Route,
) -> Result<(Caller, Granted), Vec<Finding>> {
    let Some(authorization) = headers.get(header::AUTHORIZATION) else {
        return structure_alone(app, id, certificate).map(|caller| (caller, Granted(None)));
    };
    let token = authorization.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let token = token.ok_or_else(|| vec![Finding::new(Rule::TokenIsSignedByItsIssuer)])?;
    let proof = Proof {
        issuers: &app.issuers,
        mappings: &app.desk.mappings,
        structures: &app.structures.get(),
        certificate,
        now: app.desk.clock.now(),
        request: id.clone(),
    };
    let (caller, scopes) = identity::bearer(&proof, token)?;
    let granted = Granted((caller.channel != Channel::Patient).then_some(scopes));
    if route.by_content || granted.named().cover(route.scope) {
        Ok((caller, granted))
    } else {
        Err(vec![Finding::new(Rule::ScopeCoversTransaction).arg("scope", route.scope)])
    }
}

/// A structure's certificate without a token: as indirect authentication (order of decision §0.1).
fn structure_alone<S: Store, C: Clock, I: Ids>(
    app: &App<S, C, I>,
    id: &RequestId,
    certificate: Option<&ClientCertificate>,
) -> Result<Caller, Vec<Finding>> {
    let certificate = certificate.filter(|certificate| !certificate.is_person());
    let named = certificate.and_then(|certificate| Some((certificate.structure()?, certificate.subject())));
    let (structure, user) = named.ok_or_else(|| vec![Finding::new(Rule::TokenIsSignedByItsIssuer)])?;
    let structure = StructureId(structure.to_owned());
    let structures = app.structures.get();
    let caller = Caller {
        actor: Actor::OfStructure { user, role: None },
        channel: Channel::Indirect,
        regulator: structures.is_regulation_centre(Some(&structure)),
        legal_entities: structures.legal_entities(&structure),
        structure: Some(structure),
        purpose: Purpose::Normal,
        patient: None,
        secret_connection: false,
        software: None,
        request: id.clone(),
    };
    let unlisted = structures.refuse(&caller);
    if unlisted.is_empty() { Ok(caller) } else { Err(unlisted) }
}

fn response<S: Store, C: Clock, I: Ids>(
    app: &Arc<App<S, C, I>>,
    answer: fhir::Response,
    id: &RequestId,
    head_alone: bool,
) -> Response {
    let mut builder = Response::builder().status(answer.status).header("X-Request-Id", &id.0);
    if !answer.content_type.is_empty() {
        builder = builder.header(header::CONTENT_TYPE, answer.content_type);
    }
    for (name, value) in answer.headers {
        builder = builder.header(name, value);
    }
    if head_alone {
        let length = outgoing::length(&answer.body, &answer.rest);
        let empty = builder.header(header::CONTENT_LENGTH, length).body(Body::empty());
        return empty.unwrap_or_else(|_| super::app::broken());
    }
    let body = outgoing::body(app, id, answer.body, answer.rest);
    builder.body(body).unwrap_or_else(|_| super::app::broken())
}
