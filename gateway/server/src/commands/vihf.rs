//! `passerelle vihf explain FILE`: what an assertion states, what each rule of stage A says of it, and which of its
//! statements disagrees with a certificate, the metadata or a CDA. Without a store, without a network.

mod opened;
mod pairs;
mod told;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use ihe::vihf::{self, Against, Authorities, Examination, Holder, Trust};
use journey::{Clock as _, Directory};
use model::{Caller, Moment, RequestId};

use super::explain::{Lang, instant};
use super::{Misuse, check};
use crate::config::Config;
use crate::identity::{self, Structures};
use crate::listen;
use crate::outside::SystemClock;
use crate::rereading;

/// What about assertions.
#[derive(Debug, Subcommand)]
pub enum VihfCommand {
    /// Decodes an assertion and says, rule by rule and pair by pair, what holds and what does not.
    Explain(Box<ExplainArguments>),
}

/// The assertion, and what it is held against.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A `saml2:Assertion` alone, a SOAP envelope, or a message kept with its MIME headers.
    file: PathBuf,
    /// A part that an envelope alone includes: `CONTENT-ID=FILE`; repeat.
    #[arg(long = "part", value_name = "CID=FILE")]
    parts: Vec<String>,
    /// A gateway's configuration: its authorities, lists, directory, versions, modes and times. Without it the
    /// signature is checked and the signer's certificate is not.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The certificate of the TLS client, PEM or DER.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The moment of the use, `2027-01-01T00:00:00+01:00` [default: now].
    #[arg(long, value_parser = instant)]
    at: Option<Moment>,
    /// The language of the texts.
    #[arg(long, value_enum, default_value = "fr")]
    lang: Lang,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// One assertion, explained.
struct Explained {
    examination: Examination,
    /// What the message is told beside stage A.
    of_message: Vec<model::Finding>,
    pairs: Vec<pairs::Pair>,
    client: Option<Holder>,
}

impl Explained {
    fn accepted(&self) -> bool {
        let errors = self.of_message.iter().any(|finding| finding.severity == model::Severity::Error);
        self.examination.accepted() && !errors
    }
}

/// True if no rule refuses and no pair disagrees.
pub(super) fn run(action: VihfCommand) -> anyhow::Result<bool> {
    let VihfCommand::Explain(arguments) = action;
    let believed = Believed::load(arguments.config.as_deref())?;
    let file = check::content(&arguments.file)?;
    let opened = opened::open(&file, &check::parts(&arguments.parts)?)?;
    let client = match &arguments.certificate {
        None => None,
        Some(path) => Some(certificate(path)?),
    };
    let examination = vihf::examine(
        opened.received(),
        Against {
            trust: &believed.trust,
            authorities_known: believed.authorities_known,
            mappings: &believed.held.mappings,
            now: arguments.at.unwrap_or_else(|| SystemClock.now()),
            client_certificate: client.as_ref().map(|client| client.der.as_slice()),
        },
    );
    let caller = believed.caller(&examination);
    let compared = opened.compared(&believed.held, caller.as_ref());
    let pairs = pairs::of(&examination, client.as_ref(), &compared, &believed.structures);
    let explained = Explained { examination, of_message: compared.findings, pairs, client };
    let told = told::Told {
        explained: &explained,
        mappings: &believed.held.mappings,
        language: arguments.lang.into(),
        authorities_known: believed.authorities_known,
    };
    super::say(&if arguments.json { told.json().to_string() } else { told.text(&arguments.file) });
    Ok(explained.accepted())
}

/// What a gateway believes, or what can be said without one.
struct Believed {
    held: check::Held,
    trust: Trust,
    authorities_known: bool,
    structures: Arc<Structures>,
}

impl Believed {
    fn load(config: Option<&Path>) -> anyhow::Result<Self> {
        let held = check::held(config)?;
        let Some(file) = config else {
            let none = Authorities::new(&[], &[]).map_err(|error| anyhow::anyhow!(error))?;
            let structures = Arc::new(Structures::default());
            let directory: Arc<dyn Directory> = Arc::<Structures>::clone(&structures);
            let trust = Trust { directory: Some(directory), ..Trust::new(none) };
            return Ok(Believed { held, trust, authorities_known: false, structures });
        };
        let config = Config::load(file, std::env::vars())?;
        let believed = rereading::Believed::load(&config)?;
        let trust = identity::trust(&config, &believed);
        Ok(Believed { held, trust, authorities_known: true, structures: believed.structures })
    }

    /// Whom the assertion would make, were every rule to hold: for the comparison with what was sent.
    fn caller(&self, examination: &Examination) -> Option<Caller> {
        let assertion = examination.assertion.clone()?;
        Some(identity::caller_of(assertion, &self.structures, RequestId(String::new())))
    }
}

fn certificate(path: &Path) -> anyhow::Result<Holder> {
    let misuse =
        |reason: String| anyhow::Error::new(Misuse(format!("--certificate {}: {reason}", path.display())));
    let all = listen::authorities(&[path.to_owned()], "--certificate");
    let first = all.map_err(|error| misuse(error.to_string()))?.into_iter().next();
    let der = first.ok_or_else(|| misuse("no certificate".to_owned()))?;
    Holder::read(&der).ok_or_else(|| misuse("not a certificate".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_configuration_no_signer_is_believed_and_none_is_asked() {
        let believed = Believed::load(None).expect("nothing to load");
        assert!(!believed.authorities_known);
        assert_eq!(believed.trust.versions, ["3.0", "4.0"]);
    }
}
