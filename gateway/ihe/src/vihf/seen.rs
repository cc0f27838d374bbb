//! Rule A4: an assertion that one client has used is not taken over by another.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::{Finding, Moment, Rule};
use xml::Element;

use super::finding;

/// The assertions seen inside their window, by identifier, with the client that used them. Bounded: when it is
/// full of assertions that are still valid, new ones are refused until some expire, and no client fills more than
/// half of it.
#[derive(Debug)]
pub struct Seen {
    capacity: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    entries: HashMap<String, Entry>,
    /// How many entries are of each client.
    of_client: HashMap<Option<Client>, usize>,
    /// Before then it is not worth looking for ended entries; `None` when there are none.
    earliest: Option<Moment>,
}

/// SHA-256 of a client certificate.
type Client = [u8; 32];

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// `None` for a client without certificate.
    client: Option<Client>,
    until: Moment,
}

impl Held {
    /// Forgets what ended. It is looked through only when something can have ended, and once a second at most: a full
    /// registry costs nothing.
    fn purge(&mut self, now: Moment) {
        if self.earliest.is_some_and(|earliest| earliest > now) {
            return;
        }
        self.entries.retain(|_, entry| entry.until > now);
        self.of_client.clear();
        for entry in self.entries.values() {
            let count = self.of_client.entry(entry.client).or_default();
            *count = count.saturating_add(1);
        }
        let earliest = self.entries.values().map(|entry| entry.until).min();
        self.earliest = earliest.map(|earliest| earliest.max(now.plus_seconds(1)));
    }

    fn insert(&mut self, id: &str, entry: Entry) {
        self.entries.insert(id.to_owned(), entry);
        let count = self.of_client.entry(entry.client).or_default();
        *count = count.saturating_add(1);
        self.earliest = Some(self.earliest.map_or(entry.until, |earliest| earliest.min(entry.until)));
    }
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
        Seen { capacity, held: Mutex::default() }
    }

    /// Refuses an assertion that another client has used and that is still in its window at `now`.
    pub(super) fn check(&self, id: &str, client: Option<Client>, now: Moment) -> Result<(), Taken> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.entries.get(id) {
            Some(entry) if entry.until > now && entry.client != client => Err(Taken::ByAnother),
            _ => Ok(()),
        }
    }

    /// Checks once more and remembers the client until the assertion's window ends, in one step.
    pub(super) fn record(
        &self,
        id: &str,
        client: Option<Client>,
        until: Moment,
        now: Moment,
    ) -> Result<(), Taken> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = held.entries.get(id).filter(|entry| entry.until > now) {
            return if entry.client == client { Ok(()) } else { Err(Taken::ByAnother) };
        }
        if !self.has_room(&held, client) || held.entries.contains_key(id) {
            held.purge(now);
        }
        if !self.has_room(&held, client) {
            return Err(Taken::Full);
        }
        held.insert(id, Entry { client, until });
        Ok(())
    }

    fn has_room(&self, held: &Held, client: Option<Client>) -> bool {
        let own = held.of_client.get(&client).copied().unwrap_or_default();
        held.entries.len() < self.capacity && own < self.capacity.div_ceil(2)
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
        assert_eq!(seen.record("_2", B, Moment(100), Moment(0)), Ok(()));
        assert_eq!(seen.record("_3", None, Moment(100), Moment(5)), Err(Taken::Full));
        assert_eq!(seen.record("_2", B, Moment(100), Moment(5)), Ok(()), "known ones still pass");
        assert_eq!(seen.record("_3", None, Moment(100), Moment(10)), Ok(()));
        assert_eq!(seen.record("_2", A, Moment(100), Moment(10)), Err(Taken::ByAnother));
    }

    #[test]
    fn no_client_fills_more_than_half_of_it() {
        let seen = Seen::new(4);
        for id in ["_1", "_2"] {
            assert_eq!(seen.record(id, A, Moment(100), Moment(0)), Ok(()));
        }
        assert_eq!(seen.record("_3", A, Moment(100), Moment(0)), Err(Taken::Full));
        assert_eq!(seen.record("_3", B, Moment(100), Moment(0)), Ok(()), "another client still has room");
        assert_eq!(seen.record("_4", A, Moment(200), Moment(100)), Ok(()), "and A again once theirs ended");
    }
}
