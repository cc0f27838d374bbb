//! `passerelle record`: how identities and the state of records get in, and what an operator does for a holder. Every
//! act leaves its event. Matricules come by standard input, so that they stand in no process list.

mod export;
mod lines;
mod status;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use journey::{ActivationProof, Desk, Ids as _, Refusal, activate, operate, request_code};
use mappings::Language;
use model::{Actor, Caller, Channel, Identity, Purpose, RequestId};
use policy::{Operation, Representation};
use store::SqliteStore;

use super::{Misuse, say};
use crate::config::Config;
use crate::gateway::{self, SystemDesk};
use crate::outside::{RandomIds, SystemClock};
use crate::people;
pub(crate) use export::line as told_line;
pub(crate) use lines::Lines;

/// What an operator does. Where nothing else is said, standard input names one record a line, `INS^^^&OID&ISO^NH`.
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
    /// Opens records of known identities.
    Open,
    /// Closes records: kept ten years, read by nobody.
    Close,
    /// Erases records: their keys are destroyed, and nothing brings them back.
    Erase {
        /// Say that it is meant.
        #[arg(long)]
        confirm: bool,
    },
    /// Tells how records stand: state, instants and numbers, and nothing of the person.
    Status {
        /// One JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Links representatives: lines of holder, representative and `parent`, `guardian` or `helper`, tabs between.
    Represent,
    /// Ends links: lines of holder and representative, a tab between.
    Unrepresent,
    /// Asks for provisional codes: each goes to its holder by the outbox, and is never shown here.
    Code,
    /// Activates accounts: lines of holder, serial number of the carte Vitale and provisional code, tabs between.
    Activate,
    /// Writes everything about one person to a new folder, for that person (RGPD 15 and 20).
    Export {
        /// The folder to make; it must not exist.
        #[arg(long)]
        to: PathBuf,
    },
}

pub(super) async fn run(file: &Path, action: RecordCommand) -> anyhow::Result<bool> {
    if matches!(action, RecordCommand::Erase { confirm: false }) {
        return Err(Misuse("an erasure is for ever: say --confirm".to_owned()).into());
    }
    let config = Config::load(file, std::env::vars())?;
    let desk = gateway::desk(&config).await?;
    let done = act(&desk, &config, action).await;
    desk.store.close().await;
    done
}

async fn act(desk: &SystemDesk, config: &Config, action: RecordCommand) -> anyhow::Result<bool> {
    let lines = match &action {
        RecordCommand::Import { .. } => Lines::default(),
        RecordCommand::Open
        | RecordCommand::Close
        | RecordCommand::Erase { .. }
        | RecordCommand::Status { .. }
        | RecordCommand::Represent
        | RecordCommand::Unrepresent
        | RecordCommand::Code
        | RecordCommand::Activate
        | RecordCommand::Export { .. } => Lines::read()?,
    };
    let operations = match action {
        RecordCommand::Import { file, open } => imports(&file, open)?,
        RecordCommand::Open => lines.each(|line| Ok(Operation::Open(line.only_ins()?)))?,
        RecordCommand::Close => lines.each(|line| Ok(Operation::Close(line.only_ins()?)))?,
        RecordCommand::Erase { .. } => lines.each(|line| Ok(Operation::Erase(line.only_ins()?)))?,
        RecordCommand::Represent => lines.each(|line| {
            let [holder, by, link] = line.fields()?;
            let representation = Representation { by: line.ins(by)?, link: line.link(link)? };
            Ok(Operation::Represent(line.ins(holder)?, representation))
        })?,
        RecordCommand::Unrepresent => lines.each(|line| {
            let [holder, by] = line.fields()?;
            Ok(Operation::Unrepresent(line.ins(holder)?, line.ins(by)?))
        })?,
        RecordCommand::Status { json } => {
            return status::tell(desk, &lines.each(|line| line.only_ins())?, json).await;
        }
        RecordCommand::Code => return codes(desk, &lines).await,
        RecordCommand::Activate => return activations(desk, &lines).await,
        RecordCommand::Export { to } => return export::write(desk, config, &lines, &to).await,
    };
    let mut answers = Vec::new();
    for operation in operations {
        answers.push(operate(desk, &operator(), "operator", operation).await);
    }
    Ok(told(desk, &answers))
}

fn imports(file: &Path, open: bool) -> anyhow::Result<Vec<Operation>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let identities: Vec<Identity> = people::patients(&text)?;
    let opened: Vec<_> =
        identities.iter().filter(|_| open).map(|identity| Operation::Open(identity.ins.clone())).collect();
    Ok(identities.into_iter().map(Operation::Import).chain(opened).collect())
}

async fn codes(desk: &SystemDesk, lines: &Lines) -> anyhow::Result<bool> {
    let mut answers = Vec::new();
    for ins in lines.each(|line| line.only_ins())? {
        answers.push(request_code(desk, &operator(), "operator", &ins).await);
    }
    Ok(told(desk, &answers))
}

async fn activations(desk: &SystemDesk, lines: &Lines) -> anyhow::Result<bool> {
    let proofs = lines.each(|line| {
        let [holder, card, code] = line.fields()?;
        let proof = ActivationProof { card: card.trim().to_owned(), code: code.trim().to_owned() };
        Ok((line.ins(holder)?, proof))
    })?;
    let mut answers = Vec::new();
    for (ins, proof) in proofs {
        answers.push(activate(desk, &operator(), "operator", &ins, &proof).await);
    }
    Ok(told(desk, &answers))
}

/// Says each refusal by its line; true if there was none.
fn told(desk: &SystemDesk, answers: &[Result<(), Refusal>]) -> bool {
    let refused =
        answers.iter().enumerate().filter_map(|(index, answer)| Some((index, answer.as_ref().err()?)));
    let mut all = true;
    for (index, refusal) in refused {
        all = false;
        say(&format!("{}: {}", index + 1, worded(desk, refusal)));
    }
    say(if all { "done" } else { "some were refused" });
    all
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
