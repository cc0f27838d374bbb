//! The searchset of DocumentReferences.

use journey::Found;
use model::Finding;
use serde_json::Value;

use crate::document_reference::{Frame, write};
use crate::iti66::write_list;
use crate::search::answer::Entries;
use crate::search::shape::Shape;
use crate::{Response, Visit};

/// The Bundle: matches in the order of the store, the lists beside them, then what was read past.
pub(crate) fn bundle<S, C, I>(
    visit: &Visit<'_, S, C, I>,
    found: &Found,
    frame: &Frame<'_>,
    shape: &Shape,
    links: Vec<Value>,
    told: &[Finding],
) -> Response {
    let mut entries = Entries::new(frame.base, shape);
    for stored in found.entries.iter().map(|visible| visible.get()) {
        let frame = Frame { stored_at: stored.changed_at, ..*frame };
        entries.add("match", write(&stored.entry, &stored.associations, &frame));
    }
    for list in &found.lists {
        entries.add("include", write_list(list, frame));
    }
    entries.searchset(visit, found.total, links, told)
}
