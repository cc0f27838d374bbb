//! `passerelle notices`: what goes to people whom no message reaches. The files hold names: they are readable by
//! their owner only, and never written over.
//!
//! A file is complete under the name `….part` before the store notes what stands in it, and gets its own name
//! afterwards: whatever happens in between, nobody is exported twice and no line is lost.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use journey::{Clock as _, Letter, Mailroom as _, NoticeKind, Report, Settled, Summary};
use model::{Identity, Moment};
use serde_json::{Map, Value, json};

use super::{say, write_private};
use crate::config::Config;
use crate::gateway;
use crate::outside::SystemClock;

/// What an operator exports.
#[derive(Debug, Subcommand)]
pub enum NoticesCommand {
    /// How much happened in a year on each record whose holder neither activated the account nor has an address:
    /// counts only, each person once a year.
    Summary {
        /// The year, ended.
        #[arg(long)]
        year: i16,
        /// The file to make; it must not exist.
        #[arg(long)]
        out: PathBuf,
        /// `csv` or `jsonl`.
        #[arg(long, default_value = "csv")]
        format: Format,
        /// Those who stand in an earlier export of the year as well.
        #[arg(long)]
        again: bool,
    },
    /// Provisional codes whose holder has no address: each once, one JSON object a line.
    Letters {
        /// The file to make; it must not exist.
        #[arg(long)]
        out: PathBuf,
    },
}

/// The form of a file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// Comma-separated, with names of columns.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

pub(super) async fn run(file: &Path, action: NoticesCommand) -> anyhow::Result<()> {
    let config = Config::load(file, std::env::vars())?;
    let store = gateway::open_store(&config).await?;
    let done = match action {
        NoticesCommand::Summary { year, out, format, again } => {
            summary(&store, year, &out, format, again).await
        }
        NoticesCommand::Letters { out } => letters(&store, config.notifications.smtp.is_none(), &out).await,
    };
    store.close().await;
    say(&format!("{} exported", done?));
    Ok(())
}

async fn summary(
    store: &store::SqliteStore,
    year: i16,
    out: &Path,
    format: Format,
    again: bool,
) -> anyhow::Result<usize> {
    let now = SystemClock.now();
    let between = year_of(year)?;
    ensure!(between.1 <= now, "--year: not over yet");
    let summaries = store.summaries(year, between, again).await.map_err(ours)?;
    let text = match format {
        Format::Csv => csv_of(&summaries),
        Format::Jsonl => lines(summaries.iter().map(|summary| summary_line(summary, year))),
    };
    let part = written(out, &text)?;
    let records = summaries.iter().map(|summary| summary.record).collect();
    noted(&part, store.summarised(year, records, now).await)?;
    named(&part, out)?;
    Ok(summaries.len())
}

async fn letters(store: &store::SqliteStore, all: bool, out: &Path) -> anyhow::Result<usize> {
    let now = SystemClock.now();
    let letters = store.letters(now, all).await.map_err(ours)?;
    let part = written(out, &lines(letters.iter().map(letter_line)))?;
    let settled = letters.iter().map(|letter| Report::Settled(letter.key, Settled::InLetter)).collect();
    noted(&part, store.report(settled, now).await)?;
    named(&part, out)?;
    Ok(letters.len())
}

/// From the first instant of a year to the first of the next, in Paris.
fn year_of(year: i16) -> anyhow::Result<(Moment, Moment)> {
    let zone = TimeZone::get("Europe/Paris").context("time zone")?;
    let start = |year: i16| -> anyhow::Result<Moment> {
        let day = Date::new(year, 1, 1).context("--year")?;
        Ok(Moment(day.to_zoned(zone.clone()).context("--year")?.timestamp().as_microsecond()))
    };
    Ok((start(year)?, start(year.checked_add(1).context("--year")?)?))
}

/// Writes the whole file under its provisional name.
fn written(out: &Path, text: &str) -> anyhow::Result<PathBuf> {
    ensure!(!out.exists(), "--out: exists already");
    let mut name = out.file_name().context("--out: expected a file")?.to_owned();
    name.push(".part");
    let part = out.with_file_name(name);
    write_private(&part, text)?;
    std::fs::File::open(&part)?.sync_all()?;
    Ok(part)
}

/// What the store did not note is not exported.
fn noted(part: &Path, result: Result<(), journey::Fault>) -> anyhow::Result<()> {
    result.map_err(|fault| {
        let _ = std::fs::remove_file(part);
        ours(fault)
    })
}

fn named(part: &Path, out: &Path) -> anyhow::Result<()> {
    // A hard link does not take the place of a file that came in between.
    std::fs::hard_link(part, out).context("--out")?;
    std::fs::remove_file(part).context("--out")
}

fn ours(fault: journey::Fault) -> anyhow::Error {
    anyhow::anyhow!("our failure: {}", fault.cause)
}

/// By what the operator finds the person's address.
fn traits(identity: &Identity) -> [(&'static str, &str); 5] {
    [
        ("ins", identity.ins.number()),
        ("domain", identity.ins.domain().oid()),
        ("family", identity.used_family.as_ref().unwrap_or(&identity.birth_family)),
        ("given", &identity.given),
        ("birth_date", identity.birth_date.as_str()),
    ]
}

fn person(identity: &Identity) -> Map<String, Value> {
    traits(identity).map(|(name, text)| (name.to_owned(), json!(text))).into_iter().collect()
}

fn summary_line(summary: &Summary, year: i16) -> Value {
    let counts = NoticeKind::ALL.iter().zip(summary.counts);
    let counts: Map<String, Value> =
        counts.map(|(kind, count)| (kind.name().to_owned(), json!(count))).collect();
    json!({"year": year, "person": person(&summary.identity), "counts": counts})
}

fn letter_line(letter: &Letter) -> Value {
    json!({
        "person": person(&letter.identity),
        "code": letter.code.code,
        "until": letter.code.until.iso(),
    })
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

fn csv_of(summaries: &[Summary]) -> String {
    let kinds = NoticeKind::ALL.map(|kind| kind.name()).join(",");
    let mut text = format!("ins,domain,family,given,birth_date,{kinds}\n");
    for summary in summaries {
        let own = traits(&summary.identity).map(|(_, text)| cell(text));
        let counts = summary.counts.map(|count| count.to_string());
        text.push_str(&format!("{},{}\n", own.join(","), counts.join(",")));
    }
    text
}

/// A quoted cell; one that a spreadsheet would take for a formula is made text.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_the_one_of_paris() {
        let (from, to) = year_of(2026).expect("a year");
        assert_eq!(
            (from.iso().as_str(), to.iso().as_str()),
            ("2025-12-31T23:00:00.000Z", "2026-12-31T23:00:00.000Z")
        );
        assert!(year_of(i16::MAX).is_err());
    }

    #[test]
    fn a_cell_is_neither_two_cells_nor_a_formula() {
        assert_eq!(cell("A,\"B\""), "\"A,\"\"B\"\"\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
    }
}
