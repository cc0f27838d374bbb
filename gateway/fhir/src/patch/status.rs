//! `status`: a current document may be unpublished (`entered-in-error`; `superseded` is understood as well, guides
//! disagree), and nothing comes back.

use model::Finding;
use serde_json::Value;

use super::{place, refused};

/// True if the patch unpublishes the document.
pub(super) fn change(current: &Value, after: &Value, findings: &mut Vec<Finding>) -> bool {
    let status = |resource: &Value| resource.get("status").cloned();
    let (before, after) = (status(current), status(after));
    if before == after {
        return false;
    }
    let (before, after) = (before.as_ref().and_then(Value::as_str), after.as_ref().and_then(Value::as_str));
    match (before, after) {
        (_, Some("entered-in-error")) | (Some("current"), Some("superseded")) => return true,
        (_, Some("current")) => findings.push(refused(
            place(current, "status"),
            "un document remplacé ou dépublié ne redevient pas courant : le déposer à nouveau",
            "a document that was replaced or unpublished does not become current again: deposit it again",
        )),
        _ => findings.push(refused(
            place(current, "status"),
            "status attendu : entered-in-error, pour dépublier le document",
            "expected status: entered-in-error, to unpublish the document",
        )),
    }
    false
}
