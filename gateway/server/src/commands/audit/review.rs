//! Accesses that somebody must look at, each with its whole explanation.

use clap::Subcommand;
use journey::{Act, Clock as _, Event, HistoryLine, Ids as _, Store as _};
use model::EntryUuid;
use serde_json::{Value, json};
use store::{Review, SqliteStore};

use crate::commands::record::{operator, told_line};
use crate::commands::say;
use crate::outside::{RandomIds, SystemClock};

/// Accesses told at the most.
const MOST: u32 = 10_000;

/// What is done with the accesses that wait.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Lists the accesses that wait: those in an emergency mode, and those that a holder contests.
    List {
        /// One JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Closes one, which leaves an event in the record's history.
    Close {
        /// The id of the access, as listed.
        #[arg(value_parser = id)]
        event: EntryUuid,
        /// Who looked at it.
        #[arg(long, value_parser = filled)]
        by: String,
        /// What was found; it stands in the history.
        #[arg(long, value_parser = filled)]
        note: String,
    },
}

/// False if there is nothing to close.
pub(super) async fn run(store: &SqliteStore, action: ReviewCommand) -> anyhow::Result<bool> {
    match action {
        ReviewCommand::List { json } => list(store, json).await,
        ReviewCommand::Close { event, by, note } => close(store, event, by, note).await,
    }
}

async fn list(store: &SqliteStore, json: bool) -> anyhow::Result<bool> {
    let reviews = store.reviews(MOST).await.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    let mut event = event("list");
    event.documents = reviews.iter().map(|review| review.access.id).collect();
    let recorded = store.record(event, None).await;
    recorded.map_err(|error| anyhow::anyhow!("the event was not recorded: {error:?}"))?;
    if json {
        say(&Value::Array(reviews.iter().map(as_json).collect()).to_string());
        return Ok(true);
    }
    for review in &reviews {
        say(&as_text(review));
    }
    say(&format!("{} accesses wait", reviews.len()));
    Ok(true)
}

async fn close(store: &SqliteStore, access: EntryUuid, by: String, note: String) -> anyhow::Result<bool> {
    let mut event = event("close");
    event.documents = vec![access];
    event.display.clone_from(&by);
    event.reason = Some(note);
    let closed = store.close_review(access, &by, event).await;
    let closed = closed.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    say(if closed { "closed" } else { "no such access waits" });
    Ok(closed)
}

fn event(deed: &'static str) -> Event {
    Event::by(&operator(), RandomIds.uuid(), SystemClock.now(), Act::Review, "operator").doing([deed])
}

fn as_json(review: &Review) -> Value {
    json!({
        "reasons": review.reasons,
        "since": review.since.iso(),
        "patient": review.patient.bare(),
        "access": told_line(&review.access),
    })
}

fn as_text(review: &Review) -> String {
    let HistoryLine { id, at, act, transaction, display, person, structure, mode, .. } = &review.access;
    let HistoryLine { reason, software, request, matrix, documents, refused, lineage, .. } = &review.access;
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let documents: Vec<String> = documents.iter().map(EntryUuid::bare).collect();
    let rows = [
        ("record of", review.patient.bare()),
        ("to review as", review.reasons.join(", ")),
        ("done", format!("{} {act} {transaction}", at.iso())),
        ("by", format!("{display}, person {}, structure {}", or_none(person), or_none(structure))),
        ("mode", mode.clone()),
        ("reason given", or_none(reason)),
        ("rules that refused", if refused.is_empty() { "none".to_owned() } else { refused.join(", ") }),
        ("tables", matrix.clone()),
        ("documents", documents.join(" ")),
        ("secret connection", lineage.secret.to_string()),
        ("software", or_none(software)),
        ("request", request.clone()),
    ];
    let rows = rows.iter().map(|(name, value)| format!("  {name:<20}{value}"));
    std::iter::once(id.bare()).chain(rows).collect::<Vec<_>>().join("\n")
}

fn id(text: &str) -> Result<EntryUuid, &'static str> {
    EntryUuid::parse(text).map_err(|malformed| malformed.expected_en)
}

fn filled(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() { Err("expected some words") } else { Ok(text.to_owned()) }
}
