//! Rule A4: an assertion that one client has used is not taken over by another.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::{Finding, Moment, Rule};
use xml::Element;

use super::finding;

/// The assertions seen inside their window, by identifier, with the client that used them. Bounded; when it
/// is full of assertions that are still valid, new ones are refused until some expire.
#[derive(Debug)]
pub struct Seen {
    capacity: usize,
    entries: Mutex<HashMap<String, Entry>>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// SHA-256 of the client certificate; `None` for a client without one.
    client: Option<[u8; 32]>,
    until: Moment,
}

/// Why an assertion is not accepted from this client now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// Another client has used it.
    ByAnother,
    /// The registry is full.
    Full,
}

impl Taken {
    pub(super) fn finding(self, assertion: Element<'_>) -> Finding {
        let (fr, en) = match self {
            Taken::ByAnother => (
                "cette assertion a déjà servi sous un autre certificat client : en émettre une pour ce client",
                "this assertion was already used under another client certificate: issue one for this client",
            ),
            Taken::Full => (
                "momentanément impossible de retenir une assertion de plus : réessayer dans quelques minutes",
                "one more assertion cannot be remembered at the moment: try again in a few minutes",
            ),
        };
        finding(Rule::AssertionIsNotTakenOver, assertion, fr, en)
    }
}

impl Seen {
    /// An empty registry that remembers at most `capacity` assertions.
    pub fn new(capacity: usize) -> Self {
        Seen { capacity, entries: Mutex::new(HashMap::new()) }
    }

    /// Refuses an assertion that another client has used and that is still in its window at `now`.
    pub(super) fn check(&self, id: &str, client: Option<[u8; 32]>, now: Moment) -> Result<(), Taken> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        match entries.get(id) {
            Some(entry) if entry.until > now && entry.client != client => Err(Taken::ByAnother),
            _ => Ok(()),
        }
    }

    /// Checks once more and remembers the client until the assertion's window ends, in one step.
    pub(super) fn record(
        &self,
        id: &str,
        client: Option<[u8; 32]>,
        until: Moment,
        now: Moment,
    ) -> Result<(), Taken> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(id).filter(|entry| entry.until > now) {
            return if entry.client == client { Ok(()) } else { Err(Taken::ByAnother) };
        }
        if entries.len() >= self.capacity {
            entries.retain(|_, entry| entry.until > now);
        }
        if entries.len() >= self.capacity {
            return Err(Taken::Full);
        }
        entries.insert(id.to_owned(), Entry { client, until });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Option<[u8; 32]> = Some([1; 32]);
    const B: Option<[u8; 32]> = Some([2; 32]);

    #[test]
    fn the_same_client_may_use_an_assertion_again_and_another_may_not() {
        let seen = Seen::new(10);
        assert_eq!(seen.record("_1", A, Moment(100), Moment(0)), Ok(()));
        assert_eq!(seen.record("_1", A, Moment(100), Moment(50)), Ok(()));
        for other in [B, None] {
            assert_eq!(seen.check("_1", other, Moment(50)), Err(Taken::ByAnother));
            assert_eq!(seen.record("_1", other, Moment(100), Moment(50)), Err(Taken::ByAnother));
        }
        assert_eq!(seen.check("_2", B, Moment(50)), Ok(()));
    }

    #[test]
    fn an_assertion_is_forgotten_when_its_window_ends() {
        let seen = Seen::new(10);
        assert_eq!(seen.record("_1", A, Moment(100), Moment(0)), Ok(()));
        assert_eq!(seen.check("_1", B, Moment(100)), Ok(()));
        assert_eq!(seen.record("_1", B, Moment(200), Moment(100)), Ok(()));
        assert_eq!(seen.check("_1", A, Moment(150)), Err(Taken::ByAnother));
    }

    #[test]
    fn a_full_registry_purges_what_expired_and_refuses_otherwise() {
        let seen = Seen::new(2);
        assert_eq!(seen.record("_1", A, Moment(10), Moment(0)), Ok(()));
        assert_eq!(seen.record("_2", A, Moment(100), Moment(0)), Ok(()));
        assert_eq!(seen.record("_3", A, Moment(100), Moment(5)), Err(Taken::Full));
        assert_eq!(seen.record("_2", A, Moment(100), Moment(5)), Ok(()), "known ones still pass");
        assert_eq!(seen.record("_3", A, Moment(100), Moment(10)), Ok(()));
    }
}
