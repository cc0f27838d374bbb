//! `rs:RegistryResponse` to a deposit.

use xml::Element;

use crate::registry::{RegistryError, Status, read_response, write_response};
use crate::soap::answer;
use crate::{Envelope, Response};

/// Success with its warnings, or Failure: a deposit is all or nothing.
pub(crate) fn write(
    envelope: &Envelope,
    message_id: &str,
    status: Status,
    errors: &[RegistryError],
) -> Response {
    answer(envelope, message_id, |body| write_response(body, status, errors))
}

/// Reads `rs:RegistryResponse`; `None` when the element is something else.
pub fn read(element: Element<'_>) -> Option<(Status, Vec<RegistryError>)> {
    if element.name() == "RegistryResponse" { read_response(element) } else { None }
}
