//! A document that is only supposed, and the deposit of it.

use clap::{Args, ValueEnum};
use model::{
    Actor, Author, Availability, Caller, Code, Content, ContentBytes, DocumentEntry, EntryUuid, Ins,
    LanguageTag, Malformed, MimeType, Oid, Party, PersonId, SourcePatientInfo, Submission, SubmissionSet,
    UniqueId, VisibilityFlag, Xcn, Xon, system,
};
use policy::{DocumentAct, Judged, Law};

use crate::commands::Misuse;

/// The document asked about, without a store; and the act.
#[derive(Debug, Args)]
pub struct DocumentArguments {
    /// The type, a column of the matrix.
    #[arg(long = "type", default_value = "11502-2")]
    type_code: String,
    /// Its visibility flags, between commas: `MASQUE_PS`, `INVISIBLE_PATIENT`, `INVISIBLE_REPRESENTANTS_LEGAUX`.
    #[arg(long, value_delimiter = ',', value_parser = flag)]
    flags: Vec<VisibilityFlag>,
    /// Its status.
    #[arg(long, value_enum, default_value = "approved", conflicts_with = "patient_stdin")]
    status: StatusName,
    /// The caller is among its authors.
    #[arg(long, conflicts_with = "patient_stdin")]
    own: bool,
    /// The holder masked it to the caller by name.
    #[arg(long, conflicts_with = "patient_stdin")]
    masked_to_caller: bool,
    /// The holder or a representative added it.
    #[arg(long, conflicts_with = "patient_stdin")]
    added_by_holder: bool,
    /// Somebody whom the holder had blocked deposited it.
    #[arg(long, conflicts_with = "patient_stdin")]
    depositor_was_blocked: bool,
    /// Of a deposit: no author of the set is the caller.
    #[arg(long)]
    unsigned: bool,
    /// Of `act`: what is done; masking by name is to the professional or structure of `--party`.
    #[arg(long, value_enum)]
    act: Option<ActName>,
    /// PS_IdNat of the professional whom `mask-to` names.
    #[arg(long, default_value = "899900000029")]
    party: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusName {
    Approved,
    Deprecated,
    Archived,
    Deleted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ActName {
    Mask,
    Unmask,
    MaskTo,
    UnmaskTo,
    Announce,
    ShowToRepresentatives,
    Archive,
    Restore,
    Delete,
    Destroy,
}

/// A supposed document.
#[derive(Debug)]
pub(crate) struct Supposed {
    entry: DocumentEntry,
    masked_to: Vec<Party>,
    added_by_holder: bool,
    depositor_was_blocked: bool,
}

impl Judged for Supposed {
    fn entry(&self) -> &DocumentEntry {
        &self.entry
    }

    fn masked_to(&self) -> &[Party] {
        &self.masked_to
    }

    fn added_by_holder(&self) -> bool {
        self.added_by_holder
    }

    fn depositor_was_blocked(&self) -> bool {
        self.depositor_was_blocked
    }
}

impl DocumentArguments {
    /// The act that is named.
    pub(crate) fn act(&self) -> Result<DocumentAct, Misuse> {
        let party = || Party::Person(PersonId(self.party.clone()));
        Ok(
            match self.act.ok_or_else(|| Misuse("say which act: --act mask, unmask, archive…".to_owned()))?
            {
                ActName::Mask => DocumentAct::Mask,
                ActName::Unmask => DocumentAct::Unmask,
                ActName::MaskTo => DocumentAct::MaskTo(party()),
                ActName::UnmaskTo => DocumentAct::UnmaskTo(party()),
                ActName::Announce => DocumentAct::Announce,
                ActName::ShowToRepresentatives => DocumentAct::ShowToRepresentatives,
                ActName::Archive => DocumentAct::Archive,
                ActName::Restore => DocumentAct::Restore,
                ActName::Delete => DocumentAct::Delete,
                ActName::Destroy => DocumentAct::Destroy,
            },
        )
    }

    /// The document.
    pub(crate) fn supposed(&self, law: Law<'_>, caller: &Caller, patient: &Ins) -> Result<Supposed, Misuse> {
        let authors = if self.own { vec![author(caller)] } else { Vec::new() };
        Ok(Supposed {
            entry: self.entry(law, patient, authors)?,
            masked_to: if self.masked_to_caller { caller.parties().collect() } else { Vec::new() },
            added_by_holder: self.added_by_holder,
            depositor_was_blocked: self.depositor_was_blocked,
        })
    }

    /// A deposit of it, whose set the caller signs.
    pub(crate) fn submission(
        &self,
        law: Law<'_>,
        caller: &Caller,
        patient: &Ins,
    ) -> Result<Submission, Misuse> {
        let authors = if self.unsigned { Vec::new() } else { vec![author(caller)] };
        let entry = self.entry(law, patient, authors.clone())?;
        let set = SubmissionSet {
            entry_uuid: EntryUuid::from_bytes([8; 16]),
            unique_id: None,
            source_id: Oid::parse("2.999.1").map_err(misuse)?,
            patient: patient.clone(),
            submission_time: law.at.to_hl7(),
            content_type: code(),
            authors,
            intended_recipients: Vec::new(),
            title: None,
            comments: None,
        };
        Ok(Submission {
            set,
            entries: vec![(entry, Content::Inline(ContentBytes::new(&b""[..])))],
            associations: Vec::new(),
            folders: Vec::new(),
            memberships: Vec::new(),
            orphans: Vec::new(),
            identity_qualified: None,
        })
    }

    fn entry(&self, law: Law<'_>, patient: &Ins, authors: Vec<Author>) -> Result<DocumentEntry, Misuse> {
        let mut types = law.habilitation().types();
        let type_code = types.find(|(_, code)| code.value == self.type_code).map(|(_, code)| code.clone());
        let type_code = type_code
            .ok_or_else(|| Misuse(format!("--type {}: the matrix has no such column", self.type_code)))?;
        let id = EntryUuid::from_bytes([7; 16]);
        Ok(DocumentEntry {
            kind: model::EntryKind::Stable,
            entry_uuid: id,
            logical_id: id,
            version: 1,
            unique_id: UniqueId::parse("2.999.1").map_err(misuse)?,
            repository: None,
            availability: match self.status {
                StatusName::Approved => Availability::Approved,
                StatusName::Deprecated => Availability::Deprecated,
                StatusName::Archived => Availability::Archived,
                StatusName::Deleted => Availability::Deleted,
            },
            patient: patient.clone(),
            source_patient_id: None,
            source_patient_info: SourcePatientInfo::default(),
            class_code: code(),
            type_code,
            format_code: code(),
            confidentiality: self
                .flags
                .iter()
                .map(|flag| Code::new(flag.code(), system::VISIBILITY))
                .collect(),
            facility_type: code(),
            practice_setting: code(),
            event_codes: Vec::new(),
            creation_time: law.at.to_hl7(),
            service_start: None,
            service_stop: None,
            language: LanguageTag::parse("fr-FR").map_err(misuse)?,
            mime_type: MimeType::parse("text/xml").map_err(misuse)?,
            hash: None,
            size: None,
            title: None,
            comments: None,
            authors,
            legal_authenticator: None,
            reference_ids: Vec::new(),
            extra: Vec::new(),
        })
    }
}

/// What no rule of the policy looks at.
fn code() -> Code {
    Code::new("-", "2.999")
}

/// The caller as an author.
fn author(caller: &Caller) -> Author {
    let person = match &caller.actor {
        Actor::Professional { id, .. } => Some(id.0.clone()),
        Actor::Holder { ins } | Actor::Representative { ins } => Some(ins.number().to_owned()),
        Actor::OfStructure { .. } | Actor::Operator { .. } => None,
    };
    let institution = |id: String| Xon { name: id.clone(), authority: None, id_type: None, id: Some(id) };
    Author {
        person: person.map(|id| Xcn { id: Some(id), ..Xcn::default() }),
        institutions: caller.structure.iter().map(|structure| institution(structure.0.clone())).collect(),
        ..Author::default()
    }
}

fn misuse(malformed: Malformed) -> Misuse {
    Misuse(malformed.expected_en.to_owned())
}

fn flag(text: &str) -> Result<VisibilityFlag, &'static str> {
    VisibilityFlag::ALL
        .into_iter()
        .find(|flag| flag.code() == text)
        .ok_or("expected MASQUE_PS, INVISIBLE_PATIENT or INVISIBLE_REPRESENTANTS_LEGAUX")
}
