//! Conditional requests of a document (RFC 9110 §8.8, §13).

use std::time::{Duration, SystemTime};

use journey::StoredEntry;

use super::Form;
use crate::Request;

/// What tells one state of an answer from another.
///
/// The bytes of a document never change under its id, so that the version of its metadata says enough. Nothing of
/// the bytes is in a tag: two documents of the same bytes cannot be told to be the same by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Validators {
    etag: String,
    modified: SystemTime,
}

impl Validators {
    /// A strong tag for the bytes, a weak one for a Binary: it is written in JSON or in XML.
    pub(super) fn of(stored: &StoredEntry, form: Form) -> Self {
        let version = stored.entry.entry_uuid.bare();
        let etag = match form {
            Form::Bytes => format!("\"{version}\""),
            Form::Binary => format!("W/\"{version}-binary\""),
        };
        let seconds = u64::try_from(stored.stored_at.0.div_euclid(1_000_000)).unwrap_or(0);
        Validators { etag, modified: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) }
    }

    /// `ETag` and `Last-Modified`.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("ETag", self.etag.clone()), ("Last-Modified", httpdate::fmt_http_date(self.modified))]
    }

    /// True if the caller has this state already: `If-None-Match`, and `If-Modified-Since` only without it. What is no
    /// date is no condition.
    pub(super) fn are_known(&self, request: &Request<'_>) -> bool {
        match (request.if_none_match, request.if_modified_since) {
            (Some(tags), _) => {
                let ours = opaque(&self.etag);
                tags.trim() == "*" || tags.split(',').any(|tag| opaque(tag) == ours)
            }
            (None, Some(since)) => date(since).is_some_and(|since| self.modified <= since),
            (None, None) => false,
        }
    }

    /// True if a part may be answered: without `If-Range`, or when it names this very state.
    pub(super) fn hold_for_range(&self, if_range: Option<&str>) -> bool {
        match if_range.map(str::trim) {
            None => true,
            Some(condition) if condition.contains('"') => {
                condition == self.etag && !condition.starts_with("W/")
            }
            Some(condition) => date(condition) == Some(self.modified),
        }
    }
}

/// The tag without its mark of weakness.
fn opaque(tag: &str) -> &str {
    let tag = tag.trim();
    tag.strip_prefix("W/").unwrap_or(tag)
}

fn date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text.trim()).ok()
}
