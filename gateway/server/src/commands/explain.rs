//! `passerelle explain`: one access decision with every rule that voted. From facts given as options, without a store;
//! or over a store, for one record, one caller and one document, of which neither title nor content is read out.

mod caller;
mod decide;
mod stored;
mod supposed;
mod told;
pub(super) mod words;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use journey::Clock as _;
use mappings::Language;
use model::Moment;
use policy::{DepositMatrix, Law, Switches};

use super::Misuse;
use crate::config::Config;
use crate::domain::{self, Domain};
use crate::outside::SystemClock;
use caller::CallerArguments;
use supposed::{DocumentArguments, FactArguments};

/// The question, who asks it, and on what facts.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// What is asked.
    #[arg(value_enum)]
    pub(crate) ask: Asked,
    #[command(flatten)]
    pub(crate) caller: CallerArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[command(flatten)]
    pub(crate) document: DocumentArguments,
    /// A gateway's configuration: its tables and its switches; the usual ones when not said.
    #[arg(long)]
    pub(crate) config: Option<PathBuf>,
    /// A switch of the policy that is on, by its key in the configuration (`deposit_matrix` for `open`); repeat.
    #[arg(long = "switch", value_name = "KEY")]
    pub(crate) switches: Vec<String>,
    /// The moment, `2027-01-01T00:00:00+01:00` [default: now].
    #[arg(long, value_parser = instant)]
    pub(crate) at: Option<Moment>,
    /// Over the configuration's store: the INS is the first line of standard input, `INS^^^&OID&ISO^NH`; the second
    /// is a representative's.
    #[arg(long, requires = "config")]
    pub(crate) patient_stdin: bool,
    /// Over a store: the document, by its logicalID or entryUUID.
    #[arg(long = "document", value_name = "UUID", requires = "patient_stdin")]
    pub(crate) document_id: Option<String>,
    /// The language of the texts.
    #[arg(long, value_enum, default_value = "fr")]
    pub(crate) lang: Lang,
    /// One JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Asked {
    /// The content of a document (ITI-43, ITI-68).
    Read,
    /// A search by criteria (FindDocuments, ITI-67).
    Search,
    /// A named reference (GetDocuments, `identifier=`).
    Reference,
    /// A deposit.
    Deposit,
    /// An act on a document.
    Act,
}

/// The language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// French.
    Fr,
    /// English.
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Fr => Language::French,
            Lang::En => Language::English,
        }
    }
}

/// True if permitted.
pub(super) async fn run(arguments: &ExplainArguments) -> anyhow::Result<bool> {
    let config = match &arguments.config {
        Some(file) => Some(Config::load(file, std::env::vars())?),
        None => None,
    };
    let (mappings, mut switches) = match &config {
        Some(config) => {
            let domain = Domain::load(config)?;
            (domain.mappings, domain.switches)
        }
        None => (domain::tables(None)?, Switches::default()),
    };
    for key in &arguments.switches {
        turn_on(&mut switches, key)?;
    }
    let at = arguments.at.unwrap_or_else(|| SystemClock.now());
    let law = Law { mappings: &mappings, switches: &switches, at };
    let explained = match &config {
        Some(config) if arguments.patient_stdin => stored::explain(config, law, arguments).await?,
        Some(_) | None => supposed::explain(law, arguments)?,
    };
    let told = told::Told { explained: &explained, mappings: &mappings, language: arguments.lang.into() };
    super::say(&if arguments.json { told.json().to_string() } else { told.text() });
    Ok(explained.answer == decide::Answer::Permitted)
}

fn turn_on(switches: &mut Switches, key: &str) -> Result<(), Misuse> {
    match key {
        "deposit_matrix" => switches.deposit_matrix = DepositMatrix::Open,
        "refuse_blocked_depositor" => switches.refuse_blocked_depositor = true,
        "insurance_feed" => switches.insurance_feed = true,
        "regulators_other_than_doctors" => switches.regulators_other_than_doctors = true,
        "masked_and_invisible" => switches.masked_and_invisible = true,
        "treating_physician_deletes_for_holder" => switches.treating_physician_deletes_for_holder = true,
        "deleted_to_professionals" => switches.deleted_to_professionals = true,
        _ => return Err(Misuse(format!("--switch {key}: there is no such switch of the policy"))),
    }
    Ok(())
}

pub(super) fn instant(text: &str) -> Result<Moment, &'static str> {
    Moment::parse(text).map_err(|malformed| malformed.expected_en)
}
