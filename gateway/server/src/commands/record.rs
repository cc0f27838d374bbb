//! `passerelle record`: how identities and the state of records get in. Every act leaves its event.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use journey::{Desk, Ids as _, Refusal, operate};
use mappings::Language;
use model::{Actor, Caller, Channel, Identity, Ins, Purpose, RequestId};
use policy::Operation;
use store::SqliteStore;

use super::say;
use crate::config::Config;
use crate::gateway;
use crate::outside::{RandomIds, SystemClock};
use crate::people;

/// What an operator does.
#[derive(Debug, Subcommand)]
pub enum RecordCommand {
    /// Feeds the identities of a TOML file (`[[patient]]`: ins, oid, birth_family, given, birth_date, sex…).
    Import {
        /// The file.
        file: PathBuf,
        /// Open each record at once.
        #[arg(long)]
        open: bool,
    },
    /// Opens the record of a known identity. The INS is read from standard input as `INS^^^&OID&ISO^NH`, one
    /// a line, so that it stands in no process list.
    Open,
    /// Closes records, read like `open`.
    Close,
}

pub(super) async fn run(file: &Path, action: RecordCommand) -> anyhow::Result<bool> {
    let config = Config::load(file, std::env::vars())?;
    let desk = gateway::desk(&config).await?;
    let operations = operations(action)?;
    let mut refused = 0;
    for (line, operation) in operations.into_iter().enumerate() {
        if let Err(refusal) = operate(&desk, &operator(), "operator", operation).await {
            refused += 1;
            say(&format!("{}: {}", line + 1, worded(&desk, &refusal)));
        }
    }
    desk.store.close().await;
    say(if refused == 0 { "done" } else { "some were refused" });
    Ok(refused == 0)
}

fn operations(action: RecordCommand) -> anyhow::Result<Vec<Operation>> {
    match action {
        RecordCommand::Import { file, open } => {
            let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let identities: Vec<Identity> = people::patients(&text)?;
            let opened =
                identities.iter().filter(|_| open).map(|identity| Operation::Open(identity.ins.clone()));
            let opened: Vec<_> = opened.collect();
            Ok(identities.into_iter().map(Operation::Import).chain(opened).collect())
        }
        RecordCommand::Open => Ok(from_input()?.into_iter().map(Operation::Open).collect()),
        RecordCommand::Close => Ok(from_input()?.into_iter().map(Operation::Close).collect()),
    }
}

fn from_input() -> anyhow::Result<Vec<Ins>> {
    let mut all = Vec::new();
    for (number, line) in std::io::stdin().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match Ins::parse_cx(line.trim()) {
            Ok(ins) => all.push(ins),
            Err(malformed) => bail!("line {}: {}", number + 1, malformed.expected_en),
        }
    }
    Ok(all)
}

/// The operator at this terminal.
pub(crate) fn operator() -> Caller {
    Caller {
        actor: Actor::Operator { name: "operator".to_owned() },
        channel: Channel::Operator,
        structure: None,
        purpose: Purpose::Normal,
        patient: None,
        legal_entities: Vec::new(),
        secret_connection: false,
        regulator: false,
        software: Some(format!("passerelle {}", env!("CARGO_PKG_VERSION"))),
        request: RequestId(RandomIds.uuid().bare()),
    }
}

pub(super) fn worded(desk: &Desk<SqliteStore, SystemClock, RandomIds>, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Refused(refused) => {
            let texts = refused
                .findings
                .iter()
                .map(|finding| desk.mappings.refusals.text(finding, Language::English));
            texts.collect::<Vec<_>>().join(" ")
        }
        Refusal::Absent => "no such record".to_owned(),
        Refusal::Fault(fault) => format!("our failure: {}", fault.cause),
    }
}
