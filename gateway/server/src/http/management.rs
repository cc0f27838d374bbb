//! The management listener: alive, ready, metrics. Nothing of any record.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use journey::{Clock, Ids, Store};

use super::App;

/// `/livez`, `/readyz`, `/metrics`.
pub fn management<S: Store, C: Clock, I: Ids>(app: Arc<App<S, C, I>>) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready::<S, C, I>))
        .route("/metrics", get(metrics::<S, C, I>))
        .with_state(app)
}

async fn ready<S: Store, C: Clock, I: Ids>(
    State(app): State<Arc<App<S, C, I>>>,
) -> (StatusCode, &'static str) {
    match app.desk.store.ready().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(fault) => {
            tracing::warn!(cause = fault.cause, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n")
        }
    }
}

async fn metrics<S: Store, C: Clock, I: Ids>(State(app): State<Arc<App<S, C, I>>>) -> String {
    app.metrics.render()
}
