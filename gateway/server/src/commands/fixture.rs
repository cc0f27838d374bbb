//! `passerelle fixture`: feeds choices of a holder that have no door yet, into a demonstration or a test
//! platform. Refused where production identities are accepted.

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use journey::{Clock as _, operate};
use model::{EntryUuid, Ins, InsDomain, PersonId, StructureId};
use policy::{Operation, PatientChoice};

use crate::config::Config;
use crate::gateway::{self, Extras};
use crate::outside::SystemClock;

/// A choice of the holder.
#[derive(Debug, Subcommand)]
pub(super) enum Choice {
    /// Authorises a person (PS_IdNat) to consult, for a number of days.
    AuthorisePerson {
        id: String,
        #[arg(long, default_value_t = 365)]
        days: i64,
    },
    /// Authorises a structure (Struct_IdNat) to consult, for a number of days.
    AuthoriseStructure {
        id: String,
        #[arg(long, default_value_t = 365)]
        days: i64,
    },
    /// Blocks a person.
    BlockPerson { id: String },
    /// Blocks a structure.
    BlockStructure { id: String },
    /// Declares the médecin traitant.
    DeclareTreatingPhysician { id: String },
    /// Refuses feeding by a structure on legitimate ground.
    RefuseFeedingBy { id: String },
    /// Masks a document to professionals, by its FHIR id.
    Mask { id: String },
    /// Opposes the record.
    OpposeRecord,
    /// Opposes break-glass; `--no` takes it back.
    OpposeBreakGlass {
        #[arg(long)]
        no: bool,
    },
    /// Opposes centre 15; `--no` takes it back.
    OpposeCentre15 {
        #[arg(long)]
        no: bool,
    },
    /// Allows masked documents in break-glass; `--no` takes it back.
    AllowMaskedInBreakGlass {
        #[arg(long)]
        no: bool,
    },
    /// Allows masked documents in centre 15; `--no` takes it back.
    AllowMaskedInCentre15 {
        #[arg(long)]
        no: bool,
    },
}

pub(super) async fn run(file: &Path, patient: &str, choice: Choice) -> anyhow::Result<bool> {
    let config = Config::load(file, std::env::vars())?;
    let domains = config.domain.ins.iter().copied().map(InsDomain::from);
    if domains.into_iter().any(|domain| matches!(domain, InsDomain::Nir | InsDomain::Nia)) {
        bail!("domain.ins: fixtures are for test and demonstration domains only");
    }
    let patient =
        Ins::parse_cx(patient).map_err(|malformed| anyhow::anyhow!("patient: {}", malformed.expected_en))?;
    let desk = gateway::desk(&config, Extras { fixtures: true }).await?;
    let outcome = operate(&desk, &super::operator(), Operation::Choose(patient, choice.made()?)).await;
    desk.store.close().await;
    match &outcome {
        Ok(()) => super::say("done"),
        Err(refusal) => super::say(&super::record::worded(&desk, refusal)),
    }
    Ok(outcome.is_ok())
}

impl Choice {
    fn made(self) -> anyhow::Result<PatientChoice> {
        let until = |days: i64| SystemClock.now().plus_seconds(days.saturating_mul(86_400));
        Ok(match self {
            Choice::AuthorisePerson { id, days } => PatientChoice::AuthorisePerson(PersonId(id), until(days)),
            Choice::AuthoriseStructure { id, days } => {
                PatientChoice::AuthoriseStructure(StructureId(id), until(days))
            }
            Choice::BlockPerson { id } => PatientChoice::BlockPerson(PersonId(id)),
            Choice::BlockStructure { id } => PatientChoice::BlockStructure(StructureId(id)),
            Choice::DeclareTreatingPhysician { id } => PatientChoice::DeclareTreatingPhysician(PersonId(id)),
            Choice::RefuseFeedingBy { id } => PatientChoice::RefuseFeedingBy(StructureId(id)),
            Choice::Mask { id } => PatientChoice::Mask(
                EntryUuid::parse(&id).ok().context("id: expected a document's FHIR id, a UUID")?,
            ),
            Choice::OpposeRecord => PatientChoice::OpposeRecord,
            Choice::OpposeBreakGlass { no } => PatientChoice::OpposeBreakGlass(!no),
            Choice::OpposeCentre15 { no } => PatientChoice::OpposeCentre15(!no),
            Choice::AllowMaskedInBreakGlass { no } => PatientChoice::AllowMaskedInBreakGlass(!no),
            Choice::AllowMaskedInCentre15 { no } => PatientChoice::AllowMaskedInCentre15(!no),
        })
    }
}
