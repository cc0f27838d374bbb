//! `/xds/repository`, `/xds/registry` and `/dmp`: the envelope is opened, its assertion verified, then the XDS door.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{Request, header};
use ihe::{Endpoint, Envelope};
use journey::{Clock, Ids, Store};
use model::{Caller, Finding, RequestId};

use super::{App, body};
use crate::identity::ClientCertificate;
use crate::listen::Peer;

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
    app: &App<S, C, I>,
    endpoint: Endpoint,
    certificate: Option<&ClientCertificate>,
    request: Request<Body>,
) -> Response {
    let id = app.request_id();
    let (head, content) = request.into_parts();
    let media =
        head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (transaction, answer) =
        match body::read(&head.headers, content, app.message_bytes, app.patience, &app.room).await {
            Err(finding) => ("-", ihe::fault(None, &ihe::Fault::of_findings(&app.desk.mappings, &[finding]))),
            Ok(incoming) => match ihe::open(endpoint, media, incoming.bytes.clone(), &app.xds) {
                Err(fault) => ("-", ihe::fault(None, &fault)),
                Ok(envelope) => {
                    (envelope.transaction.name(), respond(app, &id, certificate, &envelope).await)
                }
            },
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
        .body(Body::from(answer.body))
        .unwrap_or_else(|_| super::app::broken())
}

async fn respond<S: Store, C: Clock, I: Ids>(
    app: &App<S, C, I>,
    id: &RequestId,
    certificate: Option<&ClientCertificate>,
    envelope: &Envelope,
) -> ihe::Response {
    match caller(app, id, certificate, envelope) {
        Ok(caller) => ihe::respond(&app.desk, &caller, envelope).await,
        Err(findings) => {
            let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.name()).collect();
            tracing::info!(request = %id, door = "xds", ?rules, "not authenticated");
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
    if let Some(members) = &app.members {
        return members.caller(certificate, id.clone());
    }
    let (now, structures) = (app.desk.clock.now(), app.structures.get());
    app.assertions.caller(&app.desk.mappings, &structures, envelope, certificate, now, id.clone())
}
