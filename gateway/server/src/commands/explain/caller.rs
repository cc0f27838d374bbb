//! Who is supposed to ask.

use clap::{Args, ValueEnum};
use mappings::Mappings;
use model::{
    Actor, Caller, Channel, Code, Ins, Moment, PersonId, Purpose, RequestId, StructureId, SubjectRole, system,
};

use crate::commands::Misuse;

/// Who asks.
#[derive(Debug, Args)]
pub struct CallerArguments {
    /// The proof.
    #[arg(long, value_enum, default_value = "direct")]
    channel: ChannelName,
    /// The role: a row of the matrix with a second role if there is one, `G15/10:SM26`, `G15/60`, `R94/41`.
    #[arg(long, default_value = "G15/10:SM26")]
    role: String,
    /// PS_IdNat of the professional.
    #[arg(long, default_value = "899900000011")]
    person: String,
    /// Struct_IdNat of the structure acted for.
    #[arg(long, default_value = "1999999991")]
    pub(crate) structure: String,
    /// The mode.
    #[arg(long, value_enum, default_value = "normal")]
    mode: ModeName,
    /// The stated reason of a break-glass.
    #[arg(long)]
    reason: Option<String>,
    /// The structure is a regulation centre.
    #[arg(long)]
    regulator: bool,
    /// In a minor's secret connection.
    #[arg(long)]
    secret_connection: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ChannelName {
    Direct,
    EmployeeCard,
    Indirect,
    Air,
    Patient,
    Representative,
    Operator,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeName {
    Normal,
    #[value(name = "bris_de_glace")]
    BrisDeGlace,
    #[value(name = "centre_15")]
    Centre15,
}

impl CallerArguments {
    /// True for a representative's token.
    pub(crate) fn is_representative(&self) -> bool {
        self.channel == ChannelName::Representative
    }

    /// True for the holder's own token.
    pub(crate) fn is_holder(&self) -> bool {
        self.channel == ChannelName::Patient
    }

    /// The caller; `own` is the INS of a holder's or a representative's token. `centres` are the regulation centres
    /// that a configuration names.
    pub(crate) fn caller(
        &self,
        mappings: &Mappings,
        at: Moment,
        own: &Ins,
        centres: &[String],
    ) -> Result<Caller, Misuse> {
        let structure = StructureId(self.structure.clone());
        let staff = |role: SubjectRole| match role.profession.system == system::PRODUCER {
            true => Actor::OfStructure { user: String::new(), role: Some(role) },
            false => Actor::Professional { id: PersonId(self.person.clone()), name: String::new(), role },
        };
        let role = || role(mappings, at, &self.role);
        let (actor, channel) = match self.channel {
            ChannelName::Direct => match staff(role()?) {
                // Staff under somebody's authority: judged as an employee card.
                actor @ Actor::OfStructure { .. } => (actor, Channel::EmployeeCard),
                actor => (actor, Channel::Direct),
            },
            ChannelName::Air => (staff(role()?), Channel::Air),
            ChannelName::EmployeeCard => {
                (Actor::OfStructure { user: String::new(), role: None }, Channel::EmployeeCard)
            }
            ChannelName::Indirect => {
                (Actor::OfStructure { user: String::new(), role: Some(role()?) }, Channel::Indirect)
            }
            ChannelName::Patient => (Actor::Holder { ins: own.clone() }, Channel::Patient),
            ChannelName::Representative => (Actor::Representative { ins: own.clone() }, Channel::Patient),
            ChannelName::Operator => (Actor::Operator { name: String::new() }, Channel::Operator),
        };
        let acts_for = !matches!(channel, Channel::Patient | Channel::Operator);
        Ok(Caller {
            actor,
            channel,
            regulator: self.regulator || centres.contains(&self.structure),
            structure: acts_for.then_some(structure),
            legal_entities: Vec::new(),
            purpose: match self.mode {
                ModeName::Normal => Purpose::Normal,
                ModeName::BrisDeGlace => {
                    Purpose::BreakGlass { reason: self.reason.clone().unwrap_or_default() }
                }
                ModeName::Centre15 => Purpose::Centre15,
            },
            patient: None,
            secret_connection: self.secret_connection,
            software: None,
            request: RequestId(String::new()),
        })
    }
}

/// `ROW` or `ROW:QUALIFIER`, a row being named as the matrix names it. A row that is reached by a second role alone
/// needs no first.
fn role(mappings: &Mappings, at: Moment, text: &str) -> Result<SubjectRole, Misuse> {
    let (row, qualifier) = match text.split_once(':') {
        Some((row, qualifier)) => (row, Some(qualifier)),
        None => (text, None),
    };
    let matrix = mappings.habilitation_at(at);
    let named = |wanted: &str| matrix.professions().find(|(_, name, _)| *name == wanted);
    let misuse =
        || Misuse(format!("--role {text}: expected a row of the matrix, as `passerelle matrix show` has it"));
    let (own, _, code) = named(row).ok_or_else(misuse)?;
    let alone = SubjectRole { profession: code.clone(), qualifier: None };
    if let Some(qualifier) = qualifier {
        let lists = [system::SPECIALTY, system::PHARMACIST_SECTION, system::CARE_ROLE];
        let roles = lists.map(|list| SubjectRole {
            profession: code.clone(),
            qualifier: Some(Code::new(qualifier, list)),
        });
        let known = roles.into_iter().find(|role| mappings.codes.qualifier_known(role));
        return known
            .ok_or_else(|| Misuse(format!("--role {text}: the second role is in no list of the first")));
    }
    if matrix.profession(&alone) == Some(own) {
        return Ok(alone);
    }
    let (_, _, based) = named("R291/99").ok_or_else(misuse)?;
    let qualified = SubjectRole { profession: based.clone(), qualifier: Some(code.clone()) };
    (matrix.profession(&qualified) == Some(own)).then_some(qualified).ok_or_else(misuse)
}
