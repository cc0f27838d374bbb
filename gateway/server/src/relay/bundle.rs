//! What a rest-hook gets of one event, and its greeting. It is the same at every try: its instants are those of the
//! event.

use fhir::subscription::{NotificationEvent, Told, bundle};
use journey::{Addressee, DueNotice, Notice};
use model::Moment;
use serde_json::Value;

/// The notification of one event.
pub(super) fn event(base: &str, target: &Addressee, due: &DueNotice, notice: &Notice) -> Value {
    let event = NotificationEvent::of(base, target.number, due.at, target.content, notice);
    bundle(&told(base, target, "active", "event-notification"), &[event], due.key.id, due.at)
}

/// The greeting that an endpoint answers before its subscription is active.
pub(super) fn handshake(base: &str, target: &Addressee, now: Moment) -> Value {
    bundle(&told(base, target, "requested", "handshake"), &[], target.subscription, now)
}

fn told<'a>(base: &'a str, target: &Addressee, status: &'a str, kind: &'a str) -> Told<'a> {
    let Addressee { subscription, topic, number, .. } = *target;
    Told { base, subscription, topic, number, status, kind }
}
