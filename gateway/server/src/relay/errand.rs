//! Errands: one an endpoint, a few at a time, each stopping at its first failure.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use journey::HookEndpoint;
use mappings::NoticeText;
use model::{EmailAddress, EntryUuid, Moment};
use tokio::task::JoinSet;

use super::Relay;

/// Endpoints served at one time.
const TOGETHER: usize = 16;

/// Where an errand goes: to a subscription's endpoint, or to the address fed for the holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub(super) record: [u8; 16],
    pub(super) subscription: Option<EntryUuid>,
}

/// Everything for one endpoint, in order.
pub(super) struct Errand {
    pub(super) way: Way,
    pub(super) parcels: Vec<Parcel>,
    pub(super) now: Moment,
}

/// One thing to deliver, under its id.
pub(super) struct Parcel {
    pub(super) id: EntryUuid,
    pub(super) form: Form,
}

pub(super) enum Form {
    Hook { endpoint: HookEndpoint, body: Bytes },
    Mail { to: EmailAddress, text: NoticeText },
}

/// How an errand went.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What arrived.
    pub(super) delivered: Vec<EntryUuid>,
    /// True if the endpoint failed: what came after was not tried.
    pub(super) failed: bool,
}

/// Runs them all, a few at a time.
pub(super) async fn run_all(relay: &Arc<Relay>, errands: Vec<Errand>) -> BTreeMap<Way, Outcome> {
    let mut running: JoinSet<(Way, Outcome)> = JoinSet::new();
    let mut ended = BTreeMap::new();
    for errand in errands {
        if running.len() >= TOGETHER {
            ended.extend(running.join_next().await.and_then(Result::ok));
        }
        running.spawn(run(Arc::clone(relay), errand));
    }
    while let Some(one) = running.join_next().await {
        ended.extend(one.ok());
    }
    ended
}

async fn run(relay: Arc<Relay>, errand: Errand) -> (Way, Outcome) {
    let mut outcome = Outcome::default();
    for parcel in errand.parcels {
        let id = parcel.id.bare();
        let sent = match parcel.form {
            Form::Hook { endpoint, body } => relay.hooks.post(&endpoint, &id, body).await,
            Form::Mail { to, text } => match &relay.mail {
                Some(mail) => mail.send(&to, &id, &text, errand.now).await,
                None => Err(anyhow::anyhow!("no mail server")),
            },
        };
        match sent {
            Ok(()) => outcome.delivered.push(parcel.id),
            Err(error) => {
                tracing::warn!(notice = id, reason = %error, "an endpoint failed");
                outcome.failed = true;
                break;
            }
        }
    }
    (errand.way, outcome)
}
