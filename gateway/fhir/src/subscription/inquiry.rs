//! `$status` and `$events` of one's own subscription (IHE DSUBm ITI-113, HL7 Subscriptions R5 Backport 1.1).

use journey::{Clock, Ids, PayloadContent, Store, Subscription};
use model::{EntryUuid, Finding};
use serde_json::json;

use super::notification::{self, NotificationEvent, Told};
use super::response;
use crate::search::{pairs, refuse};
use crate::{Response, Visit};

const TRANSACTION: &str = "ITI-113";

/// Where one of the caller's own stands: a searchset with its status.
pub(crate) async fn state<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    match journey::subscription(visit.desk, visit.caller, TRANSACTION, id).await {
        Ok((_, own)) => {
            let base = &visit.door.base;
            let status = notification::status(&told(visit, &own, "query-status"), &[]);
            let url = format!("{base}/Subscription/{}/$status", own.id.bare());
            let bundle = json!({
                "resourceType": "Bundle",
                "type": "searchset",
                "total": 1,
                "link": [{"relation": "self", "url": url}],
                "entry": [{
                    "fullUrl": format!("urn:uuid:{}", own.id.bare()),
                    "resource": status,
                    "search": {"mode": "match"},
                }],
            });
            Response::json(200, &bundle)
        }
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

/// What one of the caller's own was told of, as a notification would: no more than its own content says.
pub(crate) async fn events<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let asked = match asked(visit.request.query) {
        Ok(asked) => asked,
        Err(finding) => return visit.teller.refuse(&[*finding]),
    };
    let found = journey::subscription_events(visit.desk, visit.caller, TRANSACTION, id, asked.numbers).await;
    match found {
        Ok((own, events)) => {
            let content = match (asked.content, own.content) {
                (Some(PayloadContent::Empty), _) | (_, PayloadContent::Empty) => PayloadContent::Empty,
                (Some(PayloadContent::IdOnly) | None, PayloadContent::IdOnly) => PayloadContent::IdOnly,
            };
            let base = &visit.door.base;
            let events: Vec<_> = events
                .iter()
                .map(|past| NotificationEvent::of(base, past.number, past.at, content, &past.notice))
                .collect();
            let told = told(visit, &own, "query-event");
            let now = visit.desk.clock.now();
            Response::json(200, &notification::bundle(&told, &events, visit.desk.ids.uuid(), now))
        }
        Err(refusal) => visit.teller.refusal(&refusal),
    }
}

fn told<'a, S: Store, C: Clock, I: Ids>(
    visit: &'a Visit<'_, S, C, I>,
    own: &Subscription,
    kind: &'a str,
) -> Told<'a> {
    let status = response::status(own, visit.desk.clock.now());
    Told { base: &visit.door.base, subscription: own.id, topic: own.topic, number: own.events, status, kind }
}

/// Which events, and how much of each.
struct Asked {
    numbers: (i64, i64),
    content: Option<PayloadContent>,
}

fn asked(query: &str) -> Result<Asked, Box<Finding>> {
    let mut asked = Asked { numbers: (1, i64::MAX), content: None };
    for (name, value) in pairs(query).map_err(Box::new)? {
        let number = value.parse::<i64>().ok().filter(|number| *number >= 0);
        match (name.as_str(), number) {
            ("eventsSinceNumber", Some(number)) => asked.numbers.0 = number,
            ("eventsUntilNumber", Some(number)) => asked.numbers.1 = number,
            ("content", _) if PayloadContent::named(&value).is_some() => {
                asked.content = PayloadContent::named(&value);
            }
            ("_format" | "_pretty", _) => {}
            _ => {
                return Err(Box::new(refuse(
                    &name,
                    "attendus : eventsSinceNumber, eventsUntilNumber (des nombres), content (empty, id-only)",
                    "expected: eventsSinceNumber, eventsUntilNumber (numbers), content (empty, id-only)",
                )));
            }
        }
    }
    Ok(asked)
}
