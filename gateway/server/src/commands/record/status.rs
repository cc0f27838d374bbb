//! How records stand.

use journey::{Act, Clock as _, Event, Ids as _, Store as _};
use model::{Ins, Moment};
use policy::Standing;
use serde_json::{Value, json};
use store::RecordStatus;

use super::operator;
use crate::commands::say;
use crate::gateway::SystemDesk;

/// Tells one line a record, by its place in the input; reading it leaves an event. False if one was not found.
pub(super) async fn tell(desk: &SystemDesk, records: &[Ins], json: bool) -> anyhow::Result<bool> {
    let mut told = Vec::new();
    for ins in records {
        let now = desk.clock.now();
        let caller = operator();
        let event = Event::by(&caller, desk.ids.uuid(), now, Act::ReadRights, "operator")
            .about(&caller, Some(ins.clone()))
            .doing(["status"]);
        let status = desk.store.status(ins, now).await.map_err(|fault| anyhow::anyhow!(fault.cause))?;
        let recorded = desk.store.record(event, None).await;
        recorded.map_err(|error| anyhow::anyhow!("the event was not recorded: {error:?}"))?;
        told.push(status);
    }
    if json {
        say(&Value::Array(told.iter().map(as_json).collect()).to_string());
    } else {
        for (index, status) in told.iter().enumerate() {
            say(&format!("{}: {}", index + 1, as_text(status.as_ref())));
        }
    }
    Ok(told.iter().all(Option::is_some))
}

/// The stable name of a standing.
pub(crate) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Unknown => "unknown",
        Standing::Notified => "notified",
        Standing::Open => "open",
        Standing::Activated => "activated",
        Standing::Opposed => "opposed",
        Standing::Closed => "closed",
        Standing::Erased => "erased",
    }
}

fn instants(status: &RecordStatus) -> [(&'static str, Option<Moment>); 6] {
    [
        ("notified", status.notified_at),
        ("opens", status.opens_at),
        ("activated", status.activated_at),
        ("closed", status.closed_at),
        ("opposed", status.opposed_at),
        ("keptUntil", status.kept_until),
    ]
}

fn as_text(status: Option<&RecordStatus>) -> String {
    let Some(status) = status else { return "no such record".to_owned() };
    let mut parts = vec![standing(status.standing).to_owned()];
    let instants = instants(status);
    parts.extend(instants.iter().filter_map(|(name, at)| Some(format!("{name} {}", (*at)?.iso()))));
    parts.extend(status.counts.iter().map(|(name, count)| format!("{name} {count}")));
    parts.join(", ")
}

fn as_json(status: &Option<RecordStatus>) -> Value {
    let Some(status) = status else { return json!({ "standing": "unknown" }) };
    let mut told = serde_json::Map::new();
    told.insert("standing".to_owned(), json!(standing(status.standing)));
    for (name, at) in instants(status) {
        told.extend(at.map(|at| (name.to_owned(), json!(at.iso()))));
    }
    let counts: serde_json::Map<String, Value> =
        status.counts.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
    told.insert("counts".to_owned(), Value::Object(counts));
    Value::Object(told)
}
