//! What audit messages tell of requests beside the journal: in memory only, until the message is gone, within bounds.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ihe::iti20::Wire;
use model::RequestId;

/// Requests remembered at the most, and bytes of all of them.
const MOST: usize = 4096;
const MOST_BYTES: usize = 8 << 20;

/// Requests by their id. Of what does not fit the oldest goes, and its message is sent without.
#[derive(Debug, Default)]
pub struct Wires {
    /// False: nothing is remembered.
    on: bool,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_request: HashMap<String, Wire>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Wires {
    /// Remembers requests, or nothing.
    pub fn new(on: bool) -> Self {
        Wires { on, kept: Mutex::default() }
    }

    /// Remembers a request.
    pub fn note(&self, request: &RequestId, wire: impl FnOnce() -> Wire) {
        if !self.on {
            return;
        }
        let wire = wire();
        let mut kept = self.kept();
        kept.bytes = kept.bytes.saturating_add(wire.size());
        kept.order.push_back(request.0.clone());
        kept.by_request.insert(request.0.clone(), wire);
        while kept.order.len() > MOST || kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.order.pop_front() else { break };
            kept.forget(&oldest);
        }
    }

    /// What is remembered of a request.
    pub(super) fn of(&self, request: &str) -> Option<Wire> {
        self.kept().by_request.get(request).cloned()
    }

    /// Its messages are gone.
    pub(super) fn sent(&self, requests: &[String]) {
        let mut kept = self.kept();
        for request in requests {
            kept.forget(request);
        }
        let Kept { by_request, order, .. } = &mut *kept;
        if order.len() > by_request.len().saturating_mul(2).saturating_add(64) {
            order.retain(|request| by_request.contains_key(request));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn forget(&mut self, request: &str) {
        if let Some(wire) = self.by_request.remove(request) {
            self.bytes = self.bytes.saturating_sub(wire.size());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(text: &str) -> Wire {
        Wire { reply_to: Some(text.to_owned()), ..Wire::default() }
    }

    #[test]
    fn a_request_is_remembered_until_it_was_sent_and_within_bounds() {
        let wires = Wires::new(true);
        for number in 0..2 * MOST {
            wires.note(&RequestId(number.to_string()), || wire("urn:x"));
        }
        assert_eq!(wires.of("0"), None, "the oldest went");
        let last = (2 * MOST - 1).to_string();
        assert_eq!(wires.of(&last), Some(wire("urn:x")));
        wires.sent(std::slice::from_ref(&last));
        assert_eq!(wires.of(&last), None);
        let long = "x".repeat(MOST_BYTES / 3);
        for number in 0..4 {
            wires.note(&RequestId(format!("long{number}")), || wire(&long));
        }
        assert!(wires.of("long0").is_none() && wires.of("long3").is_some());
        let kept = wires.kept();
        assert!(kept.bytes <= MOST_BYTES && kept.order.len() <= MOST);
    }

    #[test]
    fn without_a_repository_nothing_is_remembered() {
        let wires = Wires::default();
        wires.note(&RequestId("1".to_owned()), || panic!("not even made"));
        assert_eq!(wires.of("1"), None);
    }
}
