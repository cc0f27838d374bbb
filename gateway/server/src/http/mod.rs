//! The routes: each takes the bytes in, proves who is calling, calls one door and answers.

mod app;
mod body;
mod fhir_door;
mod gunzip;
mod management;
mod matrix_page;
mod metrics;
mod outgoing;
mod wsdl_page;
mod xds_door;

pub use app::{App, AppParts};
pub use management::management;
pub use metrics::Metrics;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};
use journey::{Clock, Ids, Store};

/// The routes of the TLS listener.
pub fn router<S: Store, C: Clock, I: Ids>(app: Arc<App<S, C, I>>) -> Router {
    Router::new()
        .route("/fhir", any(fhir_door::handle::<S, C, I>))
        .route("/fhir/", any(fhir_door::handle::<S, C, I>))
        .route("/fhir/{*path}", any(fhir_door::handle::<S, C, I>))
        .route("/matrix", get(matrix_page::handle::<S, C, I>))
        .route("/matrix.css", get(matrix_page::style))
        .route("/xds/repository", get(wsdl_page::handle::<S, C, I>).post(xds_door::repository::<S, C, I>))
        .route("/xds/registry", get(wsdl_page::handle::<S, C, I>).post(xds_door::registry::<S, C, I>))
        .route("/dmp", get(wsdl_page::handle::<S, C, I>).post(xds_door::dmp::<S, C, I>))
        .with_state(app)
}
