//! What every request is handled with.

use std::sync::Arc;
use std::time::Duration;

use journey::{Clock, Desk, Ids, Store};
use model::RequestId;
use tokio::sync::Semaphore;

use super::Metrics;
use super::body::Bounds;
use super::matrix_page::MatrixPages;
use super::outgoing::Outward;
use crate::config::{CompatibilityConfig, LimitsConfig};
use crate::current::Current;
use crate::identity::{AssertionDoor, Issuers, Members, Structures};
use crate::relay::audit::{OwnEvents, Wires};

/// The gateway behind the listener.
pub struct App<S, C, I> {
    /// The desk at which every request is handled.
    pub desk: Desk<S, C, I>,
    /// The public address, `https://host[:port]`.
    pub public_url: String,
    /// The FHIR door.
    pub fhir: fhir::Door,
    /// Issuers of bearer tokens.
    pub issuers: Issuers,
    /// What the operator says of structures.
    pub structures: Current<Structures>,
    /// Signed assertions.
    pub assertions: AssertionDoor,
    /// Who calls the XDS door by a certificate alone, in an open affinity domain.
    pub members: Option<Members>,
    /// Bounds of a SOAP message.
    pub xds: ihe::Limits,
    /// Bounds of a body that is read whole.
    pub(super) whole: Bounds,
    /// Bounds of a message that is read as it comes.
    pub(super) streamed: Bounds,
    /// Bounds of answers that are read as they go out.
    pub(super) outward: Outward,
    /// Counters.
    pub metrics: Metrics,
    /// What the gateway says of itself to an audit record repository.
    pub own_events: OwnEvents,
    /// What audit messages tell of requests beside the journal.
    pub wires: Wires,
    /// The matrix as a page.
    pub matrix_pages: MatrixPages,
}

/// What an [`App`] is made of.
pub struct AppParts<S, C, I> {
    /// The desk.
    pub desk: Desk<S, C, I>,
    /// The public address, `https://host[:port]`.
    pub public_url: String,
    /// The key that page links are bound with.
    pub page_key: [u8; 32],
    /// Issuers of bearer tokens.
    pub issuers: Issuers,
    /// What the operator says of structures.
    pub structures: Current<Structures>,
    /// Signed assertions.
    pub assertions: AssertionDoor,
    /// Who calls the XDS door by a certificate alone, in an open affinity domain.
    pub members: Option<Members>,
    /// Where notices may go.
    pub subscribing: fhir::subscription::Subscribing,
    /// A FHIR search may lack `status`.
    pub search_without_status: bool,
    /// A JSON Patch may archive by PDSm's pseudo-path.
    pub patch_pseudo_paths: bool,
    /// Old software, in tests.
    pub compatibility: CompatibilityConfig,
    /// Remember what audit messages tell of requests beside the journal.
    pub audited_requests: bool,
    /// Bounds.
    pub limits: LimitsConfig,
}

impl<S: Store, C: Clock, I: Ids> App<S, C, I> {
    /// Wires a gateway.
    pub fn new(parts: AppParts<S, C, I>) -> Self {
        let limits = parts.limits;
        let room_permits = (limits.in_flight_bytes / 1024).max(limits.message_bytes / 1024 + 1);
        let whole = Bounds {
            limit: limits.message_bytes,
            patience: Duration::from_secs(limits.request_seconds),
            slowest: limits.slowest_bytes_per_second,
            room: Arc::new(Semaphore::new(room_permits.min(Semaphore::MAX_PERMITS))),
        };
        App {
            matrix_pages: MatrixPages::of(&parts.desk.mappings),
            desk: parts.desk,
            fhir: fhir::Door {
                base: format!("{}/fhir", parts.public_url),
                page_key: parts.page_key,
                limits: fhir::Limits { bytes: limits.message_bytes, ..fhir::Limits::default() },
                status_is_optional: parts.search_without_status,
                patch_pseudo_paths: parts.patch_pseudo_paths,
                subscribing: parts.subscribing,
            },
            public_url: parts.public_url,
            issuers: parts.issuers,
            structures: parts.structures,
            assertions: parts.assertions,
            members: parts.members,
            xds: xds_limits(&limits, parts.compatibility.soap_1_1),
            streamed: Bounds { limit: limits.submission_bytes.max(limits.message_bytes), ..whole.clone() },
            outward: Outward {
                patience: whole.patience,
                slowest: limits.slowest_bytes_per_second,
                room: Arc::new(Semaphore::new(limits.answers_at_once.clamp(1, Semaphore::MAX_PERMITS))),
            },
            whole,
            metrics: Metrics::default(),
            own_events: OwnEvents::default(),
            wires: Wires::new(parts.audited_requests),
        }
    }

    /// A fresh request id.
    pub fn request_id(&self) -> RequestId {
        RequestId(self.desk.ids.uuid().bare())
    }
}

/// Bounds of a SOAP message: what is held of it in memory is no longer than any other message.
fn xds_limits(limits: &LimitsConfig, soap_1_1: bool) -> ihe::Limits {
    let (document, answer) = (limits.document_bytes, limits.answer_bytes);
    let mut xds = ihe::Limits { document, answer, soap_1_1, ..ihe::Limits::default() };
    xds.in_memory = xds.in_memory.min(limits.message_bytes);
    xds.xml.bytes = xds.xml.bytes.min(limits.message_bytes);
    xds
}

/// An answer that could not be built: nothing of it leaves.
pub(super) fn broken() -> axum::response::Response {
    let mut response = axum::response::Response::new(axum::body::Body::empty());
    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}
