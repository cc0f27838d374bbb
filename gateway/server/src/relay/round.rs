//! One round: which endpoint gets what, and what follows from how it went.

use std::collections::BTreeMap;

use journey::{Addressee, DueNotice, Handshake, Message, NoticeKey, Outlet, Report, Settled};
use model::{EntryUuid, Moment};

use super::errand::{Errand, Form, Outcome, Parcel, Way};
use super::{Relay, bundle, pace};

/// What one round has to do.
pub(super) struct Round {
    handshakes: Vec<Handshake>,
    due: Vec<DueNotice>,
    now: Moment,
    outcomes: BTreeMap<Way, Outcome>,
    /// Messages cannot be sent at all.
    without_mail: bool,
}

impl Round {
    pub(super) fn new(handshakes: Vec<Handshake>, due: Vec<DueNotice>, now: Moment) -> Self {
        Round { handshakes, due, now, outcomes: BTreeMap::new(), without_mail: false }
    }

    /// What goes where: one errand an endpoint, its parcels in the order of the events.
    pub(super) fn errands(&mut self, relay: &Relay) -> Vec<Errand> {
        self.without_mail = relay.mail.is_none();
        let mut errands: BTreeMap<Way, Vec<Parcel>> = BTreeMap::new();
        for handshake in &self.handshakes {
            let way = Way { record: handshake.record, subscription: Some(handshake.target.subscription) };
            if let Some(parcel) = greeting(relay, handshake, self.now) {
                errands.entry(way).or_default().push(parcel);
            }
        }
        for notice in &self.due {
            for (way, parcel) in self.parcels(relay, notice) {
                errands.entry(way).or_default().push(parcel);
            }
        }
        errands.into_iter().map(|(way, parcels)| Errand { way, parcels, now: self.now }).collect()
    }

    /// Takes how it went.
    pub(super) fn end(&mut self, outcomes: BTreeMap<Way, Outcome>) {
        self.outcomes = outcomes;
    }

    /// What follows, for the store.
    pub(super) fn reports(&self) -> Vec<Report> {
        let mut reports = Vec::new();
        for (way, outcome) in &self.outcomes {
            let Some(subscription) = way.subscription else { continue };
            let record = way.record;
            if !self.handshakes.iter().any(|handshake| handshake.target.subscription == subscription) {
                let key = |id: &EntryUuid| NoticeKey { record, id: *id };
                reports.extend(outcome.delivered.iter().map(|id| Report::Reached(key(id), subscription)));
            }
            if outcome.failed {
                let failures = self.failures(subscription).saturating_add(1);
                let (until, broken) = (pace::after(failures, self.now), failures >= pace::MOST_FAILURES);
                reports.push(Report::Failed { record, subscription, until, broken });
            } else if !outcome.delivered.is_empty() {
                reports.push(Report::Alive { record, subscription });
            }
        }
        reports.extend(self.due.iter().filter_map(|notice| self.verdict(notice)));
        reports
    }

    fn parcels(&self, relay: &Relay, notice: &DueNotice) -> Vec<(Way, Parcel)> {
        let record = notice.key.record;
        let told = match &notice.message {
            Message::Code(code) if code.until <= self.now => return Vec::new(),
            Message::Code(_) => None,
            Message::Notice(told) => Some(told),
        };
        let mut parcels = Vec::new();
        if let Some(told) = told {
            for target in self.open(notice).filter(|target| target.not_before <= self.now) {
                let form = match &target.outlet {
                    Outlet::RestHook(endpoint) => {
                        let body = bundle::event(&relay.base, target, notice, told);
                        Form::Hook { endpoint: endpoint.clone(), body: body.to_string().into_bytes().into() }
                    }
                    Outlet::Email(to) => match relay.words.message(&notice.message, notice.at) {
                        Some(text) => Form::Mail { to: to.clone(), text },
                        None => continue,
                    },
                };
                let way = Way { record, subscription: Some(target.subscription) };
                parcels.push((way, Parcel { id: notice.key.id, form }));
            }
        }
        if let (Some(to), false, true) = (&notice.address, self.without_mail, self.takes_address(notice))
            && let Some(text) = relay.words.message(&notice.message, notice.at)
        {
            let way = Way { record, subscription: None };
            parcels.push((way, Parcel { id: notice.key.id, form: Form::Mail { to: to.clone(), text } }));
        }
        parcels
    }

    /// What becomes of a message.
    fn verdict(&self, notice: &DueNotice) -> Option<Report> {
        let key = notice.key;
        let settled = |end| Some(Report::Settled(key, end));
        let later = |until, failed| Some(Report::Postponed { notice: key, until, failed });
        if matches!(&notice.message, Message::Code(code) if code.until <= self.now) {
            return settled(Settled::ToNobody);
        }
        if self.takes_address(notice) {
            let own = self.outcomes.get(&Way { record: key.record, subscription: None });
            return match (own, &notice.address) {
                (Some(own), _) if own.delivered.contains(&key.id) => settled(Settled::Sent),
                (Some(_), Some(_)) => {
                    let tries = notice.attempts.saturating_add(1);
                    match tries >= pace::MOST_TRIES {
                        true => settled(Settled::ToNobody),
                        false => later(pace::after(tries, self.now), true),
                    }
                }
                (None, _) | (Some(_), None) => match pace::until_somebody_takes_it(notice.at, self.now) {
                    Some(until) => later(until, false),
                    // A code waits for a letter as long as it is valid.
                    None if matches!(notice.message, Message::Code(_)) => {
                        later(pace::another_day(self.now), false)
                    }
                    None => settled(Settled::ToNobody),
                },
            };
        }
        let waiting = self.open(notice).filter(|target| !self.reached(notice, target.subscription));
        match waiting.map(|target| self.next_try(target)).min() {
            Some(until) => later(until, false),
            None => settled(Settled::Sent),
        }
    }

    /// True if no subscription takes it, nor took it: it goes to the address fed, if there is one.
    fn takes_address(&self, notice: &DueNotice) -> bool {
        let by_code = matches!(notice.message, Message::Code(_));
        by_code || (!notice.reached && self.open(notice).next().is_none())
    }

    /// The subscriptions that can be served at all.
    fn open<'a>(&'a self, notice: &'a DueNotice) -> impl Iterator<Item = &'a Addressee> {
        let served = |target: &&Addressee| match target.outlet {
            Outlet::RestHook(_) => true,
            Outlet::Email(_) => !self.without_mail,
        };
        notice.targets.iter().filter(served)
    }

    fn reached(&self, notice: &DueNotice, subscription: EntryUuid) -> bool {
        let way = Way { record: notice.key.record, subscription: Some(subscription) };
        self.outcomes.get(&way).is_some_and(|outcome| outcome.delivered.contains(&notice.key.id))
    }

    fn next_try(&self, target: &Addressee) -> Moment {
        let failed = target.not_before <= self.now;
        if failed { pace::after(target.failures.saturating_add(1), self.now) } else { target.not_before }
    }

    fn failures(&self, subscription: EntryUuid) -> u32 {
        let greeted = self.handshakes.iter().map(|handshake| &handshake.target);
        let mut all = greeted.chain(self.due.iter().flat_map(|notice| &notice.targets));
        all.find(|target| target.subscription == subscription).map_or(0, |target| target.failures)
    }
}

fn greeting(relay: &Relay, handshake: &Handshake, now: Moment) -> Option<Parcel> {
    let target = &handshake.target;
    let form = match &target.outlet {
        Outlet::RestHook(endpoint) => {
            let body = bundle::handshake(&relay.base, target, now);
            Form::Hook { endpoint: endpoint.clone(), body: body.to_string().into_bytes().into() }
        }
        Outlet::Email(to) => {
            relay.mail.as_ref()?;
            Form::Mail { to: to.clone(), text: relay.words.handshake()? }
        }
    };
    Some(Parcel { id: target.subscription, form })
}
