//! A decision on supposed facts about a supposed document: nothing is read but the tables.

mod document;

use clap::{Args, ValueEnum};
use model::{EmergencyMode, Ins};
use policy::{Authorisation, Facts, FactsVersion, Law, ReadAct, RecordState, Relation, Standing};

use super::caller::CallerArguments;
use super::decide::{Case, Explained};
use super::{Asked, ExplainArguments};
use crate::commands::Misuse;
pub use document::DocumentArguments;

/// What stands on the record, without a store.
#[derive(Debug, Args)]
pub struct FactArguments {
    /// The state of the record.
    #[arg(long, value_enum, default_value = "open", conflicts_with = "patient_stdin")]
    record: RecordName,
    /// The caller's authorisation to consult.
    #[arg(long, value_enum, default_value = "missing", conflicts_with = "patient_stdin")]
    authorisation: AuthorisationName,
    /// That authorisation was granted by the holder explicitly.
    #[arg(long, conflicts_with = "patient_stdin")]
    granted: bool,
    /// The caller is the declared médecin traitant.
    #[arg(long, conflicts_with = "patient_stdin")]
    treating: bool,
    /// The holder blocked the caller, or the structure.
    #[arg(long, conflicts_with = "patient_stdin")]
    blocked: bool,
    /// The holder is a minor.
    #[arg(long, conflicts_with = "patient_stdin")]
    minor: bool,
    /// A refusal of feeding is stored for the caller.
    #[arg(long, conflicts_with = "patient_stdin")]
    feeding_refused: bool,
    /// Emergency modes that the holder opposed; repeat.
    #[arg(long, value_enum, conflicts_with = "patient_stdin")]
    opposed: Vec<EmergencyName>,
    /// Emergency modes in which the holder shows masked documents; repeat.
    #[arg(long, value_enum, conflicts_with = "patient_stdin")]
    masked_allowed: Vec<EmergencyName>,
    /// The person of the token has no live relation to the holder.
    #[arg(long, conflicts_with = "patient_stdin")]
    stranger: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RecordName {
    Open,
    Closed,
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AuthorisationName {
    Valid,
    Expired,
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EmergencyName {
    #[value(name = "bris_de_glace")]
    BrisDeGlace,
    #[value(name = "centre_15")]
    Centre15,
}

impl EmergencyName {
    fn mode(self) -> EmergencyMode {
        match self {
            EmergencyName::BrisDeGlace => EmergencyMode::BreakGlass,
            EmergencyName::Centre15 => EmergencyMode::Centre15,
        }
    }
}

/// Asks the procedure.
pub(super) fn explain(law: Law<'_>, arguments: &ExplainArguments) -> Result<Explained, Misuse> {
    let patient = nobody()?;
    let caller = arguments.caller.caller(law.mappings, law.at, &patient, &[])?;
    let facts = arguments.facts.facts(&arguments.caller);
    let case = Case { law, facts: &facts, caller: &caller, patient: &patient };
    let document = || arguments.document.supposed(law, &caller, &patient);
    Ok(match arguments.ask {
        Asked::Read => case.read(ReadAct::Read, Some(&document()?)),
        Asked::Search => case.read(ReadAct::Search, Some(&document()?)),
        Asked::Reference => case.read(ReadAct::OneReference, Some(&document()?)),
        Asked::Deposit => case.deposit(arguments.document.submission(law, &caller, &patient)?),
        Asked::Act => case.act(arguments.document.act()?, &document()?),
    })
}

/// A matricule of the test domain that is nobody's.
fn nobody() -> Result<Ins, Misuse> {
    Ins::parse("255081416802538", "1.2.250.1.213.1.4.10")
        .map_err(|malformed| Misuse(malformed.expected_en.to_owned()))
}

impl FactArguments {
    fn facts(&self, caller: &CallerArguments) -> Facts {
        let (record, standing) = match self.record {
            RecordName::Open => (RecordState::Open, Standing::Open),
            RecordName::Closed => (RecordState::Closed, Standing::Closed),
            RecordName::Absent => (RecordState::Absent, Standing::Unknown),
        };
        let authorisation = match self.authorisation {
            AuthorisationName::Valid => Authorisation::Valid,
            AuthorisationName::Expired => Authorisation::Expired,
            AuthorisationName::Missing => Authorisation::Missing,
        };
        let holds = |modes: &[EmergencyName], mode| modes.iter().any(|one| one.mode() == mode);
        Facts {
            version: FactsVersion(1),
            record,
            standing,
            treating_physician: self.treating,
            blocked: self.blocked,
            authorisation,
            granted: if self.granted { authorisation } else { Authorisation::Missing },
            feeding_refused: self.feeding_refused,
            break_glass_opposed: holds(&self.opposed, EmergencyMode::BreakGlass),
            centre_15_opposed: holds(&self.opposed, EmergencyMode::Centre15),
            masked_in_break_glass: holds(&self.masked_allowed, EmergencyMode::BreakGlass),
            masked_in_centre_15: holds(&self.masked_allowed, EmergencyMode::Centre15),
            relation: match (caller.is_holder(), caller.is_representative()) {
                _ if self.stranger => Relation::Stranger,
                (true, _) => Relation::Holder,
                (false, true) => Relation::Representative,
                (false, false) => Relation::Stranger,
            },
            holder_is_minor: self.minor,
        }
    }
}
