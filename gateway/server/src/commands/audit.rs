//! `passerelle audit`: verifying and sealing the journal, accesses to look at, and figures of use.

mod review;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use journey::{Clock as _, JournalReport};
use model::Moment;
use serde_json::json;
use store::{AuditReport, Evidence, Figure, Month, PublicKeys, SealingKey, Shown, SqliteStore};

use super::say;
use crate::config::{AuditConfig, Config};
use crate::gateway;
use crate::outside::SystemClock;
use crate::sealing::Sealing;
use review::ReviewCommand;

/// What is done with the journal.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Checks every lane and every sealed root: 0 sound, 1 not.
    Verify {
        /// The roots file, or a copy of it that was kept elsewhere; the configured one when not said.
        #[arg(long)]
        roots: Option<PathBuf>,
        /// The public keys that signed roots (PEM), best a copy kept elsewhere; the configured one when not said.
        #[arg(long)]
        public_key: Option<PathBuf>,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Seals everything written so far under a signed root.
    Seal,
    /// Accesses that somebody must look at: in an emergency mode, or contested.
    #[command(subcommand)]
    Review(ReviewCommand),
    /// How often the gateway was used, in months that have ended, naming nobody.
    Figures {
        /// The first month, `YYYY-MM`.
        #[arg(long, value_parser = month)]
        since: Option<Month>,
        /// The last month, `YYYY-MM`.
        #[arg(long, value_parser = month)]
        until: Option<Month>,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(file: &Path, action: AuditCommand) -> anyhow::Result<bool> {
    let config = Config::load(file, std::env::vars())?;
    let store = gateway::open_store(&config).await?;
    let done = match action {
        AuditCommand::Verify { roots, public_key, json } => {
            verify(&store, &config.audit, roots, public_key, json).await
        }
        AuditCommand::Review(action) => review::run(&store, action).await,
        AuditCommand::Seal => seal(&store, &config.audit).await,
        AuditCommand::Figures { since, until, json } => {
            let period = (since.unwrap_or(Month::FIRST), until.unwrap_or(Month::LAST));
            figures(&store, config.audit.smallest_cell, period, json).await
        }
    };
    store.close().await;
    done
}

async fn verify(
    store: &SqliteStore,
    config: &AuditConfig,
    roots: Option<PathBuf>,
    public_key: Option<PathBuf>,
    json: bool,
) -> anyhow::Result<bool> {
    let sealed = store.has_roots().await.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    let roots = match roots {
        Some(given) => Some(given),
        None if config.roots.exists() => Some(config.roots.clone()),
        None if sealed => {
            bail!("audit.roots: the file is gone, and there are sealed roots: give a copy by --roots")
        }
        None => None,
    };
    let beside = SealingKey::public_path(&config.signing_key);
    let keys = match public_key {
        Some(given) => Some(PublicKeys::load(&given).context("--public-key")?),
        None if beside.exists() => Some(PublicKeys::load(&beside).context("audit.signing_key")?),
        None if sealed => {
            bail!("audit.signing_key: no public key stands beside it: give one by --public-key")
        }
        None => None,
    };
    let report = store.verify_audit(&Evidence { roots, keys }).await;
    let report = report.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    say(&if json { as_json(&report).to_string() } else { told(&report) });
    Ok(report.is_sound())
}

async fn seal(store: &SqliteStore, config: &AuditConfig) -> anyhow::Result<bool> {
    let seal = Sealing::load(config)?.seal(store).await?;
    say(&match seal.made {
        0 => format!("nothing to seal since root {}: {} events under it", seal.root, seal.events),
        _ => format!("sealed under root {}: {} events", seal.root, seal.events),
    });
    if seal.held_back > 0 {
        say(&format!("HELD BACK: {} lanes contradict what was sealed: run audit verify", seal.held_back));
    }
    Ok(seal.held_back == 0)
}

async fn figures(
    store: &SqliteStore,
    smallest: u64,
    (since, until): (Month, Month),
    json: bool,
) -> anyhow::Result<bool> {
    let figures = store.figures(since, until, smallest, SystemClock.now()).await;
    let figures = figures.map_err(|fault| anyhow::anyhow!(fault.cause))?;
    if json {
        let rows: Vec<_> = figures.iter().map(row).collect();
        say(&json!({ "smallest": smallest, "figures": rows }).to_string());
        return Ok(true);
    }
    say("month\tact\tby\tmode\toutcome\tevents");
    for Figure { month, act, kind, mode, outcome, count } in &figures {
        say(&format!("{month}\t{act}\t{kind}\t{mode}\t{outcome}\t{count}"));
    }
    Ok(true)
}

/// The port's report in a few lines.
pub(crate) fn worded(report: &JournalReport) -> String {
    let mut lines = vec![format!("{} events sound, {} lawfully erased", report.sound, report.erased)];
    lines.extend(report.broken.iter().map(|broken| format!("BROKEN: {broken}")));
    lines.join("\n")
}

/// The whole report in a few lines.
fn told(report: &AuditReport) -> String {
    let mut lines = vec![format!("{} events sound, {} lawfully erased", report.sound, report.erased)];
    lines.push(match report.last_root {
        Some((number, at)) => format!("{} sealed roots, the last is {number} of {}", report.roots, at.iso()),
        None => "no sealed root".to_owned(),
    });
    if report.not_in_file > 0 {
        lines.push(format!("{} roots are not in this roots file yet", report.not_in_file));
    }
    lines.push(match &report.unsealed {
        Some(tail) => format!("{} events not sealed yet, since {}", tail.events, tail.since.iso()),
        None => "everything is sealed".to_owned(),
    });
    lines.extend(report.faults.iter().map(|fault| format!("BROKEN: {fault}")));
    lines.extend(report.more_faults.then(|| "BROKEN: more, not told".to_owned()));
    lines.join("\n")
}

fn as_json(report: &AuditReport) -> serde_json::Value {
    let moment = |at: Moment| at.iso();
    let faults: Vec<_> = report
        .faults
        .iter()
        .map(|fault| {
            json!({
                "kind": fault.kind.name(),
                "lane": fault.lane,
                "seq": fault.seq,
                "root": fault.root,
                "text": fault.to_string(),
            })
        })
        .collect();
    json!({
        "sound": report.sound,
        "erased": report.erased,
        "roots": report.roots,
        "notInFile": report.not_in_file,
        "lastRoot": report.last_root.map(|(number, at)| json!({ "number": number, "at": moment(at) })),
        "unsealed": report
            .unsealed
            .map(|tail| json!({ "events": tail.events, "since": moment(tail.since) })),
        "faults": faults,
        "moreFaults": report.more_faults,
    })
}

fn row(figure: &Figure) -> serde_json::Value {
    let Figure { month, act, kind, mode, outcome, count } = figure;
    let count = match count {
        Shown::Exactly(count) => json!(count),
        Shown::Below(_) => json!(count.to_string()),
    };
    json!({ "month": month, "act": act, "by": kind, "mode": mode, "outcome": outcome, "events": count })
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "expected YYYY-MM".to_owned())
}
