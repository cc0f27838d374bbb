//! `/xds/repository`, `/xds/registry` and `/dmp`: the envelope is opened, its assertion verified, then the XDS door.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{Request, header};
use ihe::iti20::Wire;
use ihe::{Endpoint, Envelope, Rest, Unopened};
use journey::{Clock, Ids, Parts as _, Store};
use model::{Caller, Finding, RequestId, Rule};

use super::{App, body, outgoing};
use crate::identity::ClientCertificate;
use crate::listen::{ClientAddress, Peer};

pub(super) async fn repository<S: Store, C: Clock, I: Ids>(
    app: State<Arc<App<S, C, I>>>,
    Extension(Peer(certificate)): Extension<Peer>,
    request: Request<Body>,
) -> Response {
    handle(&app, Endpoint::Repository, certificate.as_deref(), request).await
}

pub(super) async fn registry<S: Store, C: Clock, I: Ids>(
    app: State<Arc<App<S, C, I>>>,
    Extension(Peer(certificate)): Extension<Peer>,
    request: Request<Body>,
) -> Response {
    handle(&app, Endpoint::Registry, certificate.as_deref(), request).await
}

pub(super) async fn dmp<S: Store, C: Clock, I: Ids>(
    app: State<Arc<App<S, C, I>>>,
    Extension(Peer(certificate)): Extension<Peer>,
    request: Request<Body>,
) -> Response {
    handle(&app, Endpoint::Dmp, certificate.as_deref(), request).await
}

async fn handle<S: Store, C: Clock, I: Ids>(
    app: &Arc<App<S, C, I>>,
    endpoint: Endpoint,
    certificate: Option<&ClientCertificate>,
    request: Request<Body>,
) -> Response {
    let id = app.request_id();
    let (head, content) = request.into_parts();
    let address = head.extensions.get::<ClientAddress>().map(|ClientAddress(address)| *address);
    let media =
        head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (transaction, answer) = match body::Arriving::new(&head.headers, content, &app.streamed) {
        Err(finding) => ("-", unread(app, finding)),
        Ok(mut arriving) => {
            let answered = match ihe::receive(endpoint, media, &mut arriving, &app.xds).await {
                Err(Unopened::Finding(finding)) => ("-", unread(app, finding)),
                Err(Unopened::Fault(fault)) => ("-", ihe::fault(None, &fault)),
                Ok((envelope, rest)) => {
                    let from = From { certificate, address };
                    (envelope.transaction.name(), respond(app, &id, from, &envelope, rest).await)
                }
            };
            // What was not read, for instance of a deposit that was refused, flows past unkept.
            drop(arriving.end());
            answered
        }
    };
    if let Some(cause) = &answer.cause {
        tracing::error!(request = %id, door = "xds", transaction, cause, "our failure");
    }
    if let Some(remark) = &answer.remark {
        tracing::info!(request = %id, door = "xds", transaction, remark, "tolerated");
    }
    app.metrics.answered("xds", transaction, answer.status);
    tracing::info!(request = %id, door = "xds", transaction, status = answer.status, "answered");
    Response::builder()
        .status(answer.status)
        .header(header::CONTENT_TYPE, answer.content_type)
        .header("X-Request-Id", &id.0)
        .body(outgoing::body(app, &id, answer.body, answer.rest))
        .unwrap_or_else(|_| super::app::broken())
}

/// Bytes that a message takes while its documents flow past: pieces on their way to the store, clear and sealed.
const WORK: usize = 3 << 20;

/// The answer to a message whose bytes did not come.
fn unread<S: Store, C: Clock, I: Ids>(app: &App<S, C, I>, finding: Finding) -> ihe::Response {
    ihe::fault(None, &ihe::Fault::of_findings(&app.desk.mappings, &[finding]))
}

/// Where a message came from.
#[derive(Clone, Copy)]
struct From<'a> {
    certificate: Option<&'a ClientCertificate>,
    address: Option<IpAddr>,
}

async fn respond<S: Store, C: Clock, I: Ids>(
    app: &App<S, C, I>,
    id: &RequestId,
    from: From<'_>,
    envelope: &Envelope,
    rest: Option<Rest<'_, body::Arriving>>,
) -> ihe::Response {
    match caller(app, id, from.certificate, envelope) {
        Ok(caller) => {
            // Of a stranger's request nothing is remembered.
            app.wires.note(id, || Wire::of(envelope, from.address));
            match rest {
                None => ihe::respond(&app.desk, &caller, envelope).await,
                Some(mut rest) => match rest.hold(WORK) {
                    Ok(()) => ihe::respond_arriving(&app.desk, &caller, envelope, &mut rest).await,
                    Err(_) => unread(app, Finding::new(Rule::GatewayHasRoom)),
                },
            }
        }
        Err(findings) => {
            let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.name()).collect();
            tracing::info!(request = %id, door = "xds", ?rules, "not authenticated");
            app.own_events.not_authenticated("ITI-40", &findings, id, app.desk.clock.now());
            ihe::fault(Some(envelope), &ihe::Fault::of_findings(&app.desk.mappings, &findings))
        }
    }
}

/// Stage A: the members of an open domain by their certificate, everybody else by an assertion.
fn caller<S: Store, C: Clock, I: Ids>(
    app: &App<S, C, I>,
    id: &RequestId,
    certificate: Option<&ClientCertificate>,
    envelope: &Envelope,
) -> Result<Caller, Vec<Finding>> {
    let (now, structures) = (app.desk.clock.now(), app.structures.get());
    if let Some(members) = &app.members {
        let caller = members.caller(certificate, id.clone())?;
        app.assertions.message(envelope, certificate, now)?;
        return Ok(caller);
    }
    app.assertions.caller(&app.desk.mappings, &structures, envelope, certificate, now, id.clone())
}
