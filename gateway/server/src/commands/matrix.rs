//! `passerelle matrix`: what the habilitation matrix says at a moment, whether a folder of overrides is good,
//! what changes from one version to another.

mod diff;
mod show;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use journey::Clock as _;
use mappings::{LoadError, Mappings};
use model::Moment;

use super::{Misuse, say};
use crate::config::Config;
use crate::outside::SystemClock;

/// Where a gateway's configuration is looked for when none is named.
const USUAL: &str = "passerelle.toml";

/// Which tables are meant.
#[derive(Debug, Args)]
pub struct Tables {
    /// The configuration file whose tables are meant [default: passerelle.toml if there is one, else the tables
    /// compiled in].
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// A folder of overrides in place of the configuration's.
    #[arg(long, global = true, conflicts_with = "config")]
    mappings: Option<PathBuf>,
}

/// What is asked of the matrix.
#[derive(Debug, Subcommand)]
pub enum MatrixCommand {
    /// Shows the matrix that holds at a moment, or a part of it.
    Show {
        /// The moment, `2027-01-01T00:00:00+01:00` [default: now].
        #[arg(long, value_parser = instant)]
        at: Option<Moment>,
        /// One profession only: its row (`G15/60`), its code or its label.
        #[arg(long)]
        profession: Option<String>,
        /// One document type only: its code or its label.
        #[arg(long = "type")]
        document_type: Option<String>,
        /// JSON for a script.
        #[arg(long)]
        json: bool,
    },
    /// Checks the files of a folder of overrides and lists every error as `file:line: reason`.
    Check {
        /// The folder [default: that of the configuration].
        folder: Option<PathBuf>,
    },
    /// Lists the cells whose right to read or to deposit changes, one a line.
    Diff {
        /// A version's name (`default-1` for the one compiled in), or a file.
        from: String,
        /// A version's name, or a file.
        to: String,
        /// JSON for a script.
        #[arg(long)]
        json: bool,
    },
}

/// `false` if what was checked is not good.
pub(super) fn run(tables: &Tables, action: MatrixCommand) -> anyhow::Result<bool> {
    let folder = tables.folder()?;
    match action {
        MatrixCommand::Show { at, profession, document_type, json } => {
            let mappings = load(folder.as_deref())?;
            let asked = show::Asked {
                mappings: &mappings,
                at: at.unwrap_or_else(|| SystemClock.now()),
                profession: profession.as_deref(),
                document_type: document_type.as_deref(),
            };
            say(&if json { show::json(&asked)? } else { show::text(&asked)? });
            Ok(true)
        }
        MatrixCommand::Check { folder: own } => Ok(check(own.or(folder).as_deref())),
        MatrixCommand::Diff { from, to, json } => {
            say(&diff::between(folder.as_deref(), &from, &to, json)?);
            Ok(true)
        }
    }
}

impl Tables {
    /// The folder of overrides; `None` for the tables compiled in.
    fn folder(&self) -> anyhow::Result<Option<PathBuf>> {
        let usual = Path::new(USUAL);
        let config = self.config.as_deref().or_else(|| usual.exists().then_some(usual));
        match (&self.mappings, config) {
            (Some(folder), _) => Ok(Some(folder.clone())),
            (None, Some(file)) => Ok(Config::load(file, std::env::vars())?.mappings),
            (None, None) => Ok(None),
        }
    }
}

fn read(folder: Option<&Path>) -> Result<Mappings, Vec<LoadError>> {
    match folder {
        Some(folder) => Mappings::with_overrides(folder),
        None => Mappings::embedded(),
    }
}

fn load(folder: Option<&Path>) -> anyhow::Result<Mappings> {
    read(folder).map_err(|errors| anyhow::anyhow!("the tables are not good:\n{}", lines(&errors)))
}

fn check(folder: Option<&Path>) -> bool {
    match read(folder) {
        Ok(mappings) => {
            say(&format!("the tables are good\n{}", show::versions(&mappings, SystemClock.now())));
            true
        }
        Err(errors) => {
            say(&lines(&errors));
            false
        }
    }
}

fn lines(errors: &[LoadError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn instant(text: &str) -> Result<Moment, &'static str> {
    Moment::parse(text).map_err(|malformed| malformed.expected_en)
}
