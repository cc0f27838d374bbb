//! `?wsdl` and `?xsd=…` on the SOAP addresses: what a client generator needs, public and always the same. Nothing of any
//! record, nothing of the caller; the address in it is the configured one.

use axum::body::Body;
use axum::extract::{OriginalUri, RawQuery, State};
use axum::response::Response;
use http::{StatusCode, header};
use ihe::Endpoint;
use ihe::wsdl::{Schema, wsdl};
use journey::{Clock, Ids, Store};
use std::sync::Arc;

use super::App;

/// A GET on a SOAP address: a WSDL, a schema, or nothing that is offered.
pub(super) async fn handle<S: Store, C: Clock, I: Ids>(
    State(app): State<Arc<App<S, C, I>>>,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
) -> Response {
    let endpoint = Endpoint::ALL.into_iter().find(|endpoint| endpoint.path() == uri.path());
    let query = query.unwrap_or_default().to_ascii_lowercase();
    let page = endpoint.and_then(|endpoint| page(endpoint, &query, &app.public_url));
    let status = match (&page, query.is_empty()) {
        (Some(_), _) => StatusCode::OK,
        (None, true) => StatusCode::METHOD_NOT_ALLOWED,
        (None, false) => StatusCode::NOT_FOUND,
    };
    app.metrics.answered("page", "wsdl", status.as_u16());
    let mut response = Response::builder().status(status).header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response = response.header(header::ALLOW, "POST");
    }
    if page.is_some() {
        response = response
            .header(header::CONTENT_TYPE, "text/xml; charset=utf-8")
            .header(header::CACHE_CONTROL, "public, max-age=60");
    }
    response.body(Body::from(page.unwrap_or_default())).unwrap_or_else(|_| super::app::broken())
}

fn page(endpoint: Endpoint, query: &str, base: &str) -> Option<String> {
    match query.split_once('=').unwrap_or((query, "")) {
        ("wsdl", "") => Some(wsdl(endpoint, base)),
        ("xsd", name) => Schema::named(name).map(|schema| schema.text(endpoint, base)),
        _ => None,
    }
}
