//! What the gateway says of itself: kept in memory until it is sent, within bounds. Strangers fill neither the disk nor
//! the memory: a failure to authenticate is counted with one that
//! waits for the same rules.

use std::collections::VecDeque;
use std::sync::Mutex;

use ihe::iti20::OwnEvent;
use model::{Finding, Moment, RequestId};

/// Events that wait at the most.
const MOST: usize = 64;
/// Names of rules told at the most.
const MOST_RULES: usize = 16;

/// Events of the gateway that wait. Of what does not fit the oldest goes.
#[derive(Debug, Default)]
pub struct OwnEvents(Mutex<VecDeque<(Moment, OwnEvent)>>);

impl OwnEvents {
    /// Notes that the gateway started or stops.
    pub(crate) fn note(&self, event: OwnEvent, at: Moment) {
        let Ok(mut waiting) = self.0.lock() else { return };
        if waiting.len() >= MOST {
            waiting.pop_front();
        }
        waiting.push_back((at, event));
    }

    /// Notes that a caller was not recognised.
    pub fn not_authenticated(
        &self,
        transaction: &'static str,
        findings: &[Finding],
        request: &RequestId,
        at: Moment,
    ) {
        let rules: Vec<String> =
            findings.iter().take(MOST_RULES).map(|finding| finding.rule.name().to_owned()).collect();
        let event = OwnEvent::NotAuthenticated { transaction, rules, request: request.0.clone(), times: 1 };
        if !self.counted_with_another(&event, at) {
            self.note(event, at);
        }
    }

    /// Everything that waits, oldest first.
    pub(super) fn waiting(&self) -> Vec<(Moment, OwnEvent)> {
        self.0.lock().map(|waiting| waiting.iter().cloned().collect()).unwrap_or_default()
    }

    /// Takes what was sent: it stands at the front, unless it was counted on or dropped meanwhile.
    pub(super) fn sent(&self, sent: &[(Moment, OwnEvent)]) {
        let Ok(mut waiting) = self.0.lock() else { return };
        waiting.retain(|one| !sent.contains(one));
    }

    /// Counts it with one that waits for the same rules.
    fn counted_with_another(&self, event: &OwnEvent, at: Moment) -> bool {
        let OwnEvent::NotAuthenticated { transaction: new, rules: told, request: by, .. } = event else {
            return false;
        };
        let Ok(mut waiting) = self.0.lock() else { return true };
        for (moment, one) in waiting.iter_mut().rev() {
            if let OwnEvent::NotAuthenticated { transaction, rules, request, times } = one
                && transaction == new
                && rules == told
            {
                *times = times.saturating_add(1);
                request.clone_from(by);
                *moment = at;
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use model::Rule;

    use super::*;

    #[test]
    fn strangers_are_counted_and_do_not_fill_the_memory() {
        let events = OwnEvents::default();
        events.note(OwnEvent::Started, Moment(0));
        let id = |n: i64| RequestId(format!("request {n}"));
        for n in 0..1000 {
            events.not_authenticated("ITI-72", &[Finding::new(Rule::TokenIsInItsTime)], &id(n), Moment(n));
        }
        let waiting = events.waiting();
        assert_eq!(waiting.len(), 2);
        let expected = OwnEvent::NotAuthenticated {
            transaction: "ITI-72",
            rules: vec![Rule::TokenIsInItsTime.name().to_owned()],
            request: "request 999".to_owned(),
            times: 1000,
        };
        assert_eq!(waiting[1], (Moment(999), expected));
        events.not_authenticated("ITI-72", &[Finding::new(Rule::TokenIsInItsTime)], &id(1), Moment(1000));
        events.sent(&waiting);
        assert_eq!(events.waiting().len(), 1, "one was counted on while the others were sent");
        for n in 0..1000 {
            events.note(OwnEvent::Started, Moment(n));
        }
        assert_eq!(events.waiting().len(), MOST);
    }
}
