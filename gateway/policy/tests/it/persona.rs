//! Who asks: one caller for each way to stand in the tables.

use std::sync::OnceLock;

use mappings::{Kind, Mappings};
use model::{
    Actor, Caller, Channel, Code, Ins, PersonId, Purpose, RequestId, StructureId, SubjectRole, system,
};

use crate::records::NOW;

/// The tables, loaded once.
pub(crate) fn tables() -> &'static Mappings {
    static TABLES: OnceLock<Mappings> = OnceLock::new();
    TABLES.get_or_init(|| Mappings::embedded().expect("the tables"))
}

/// The record asked about.
pub(crate) fn patient() -> Ins {
    Ins::parse("292032901999180", "1.2.250.1.213.1.4.10").expect("a sample")
}

/// Another one.
pub(crate) fn other_patient() -> Ins {
    Ins::parse("255081416802538", "1.2.250.1.213.1.4.10").expect("a sample")
}

pub(crate) const PERSON: &str = "899900000011";
pub(crate) const STRUCTURE: &str = "1999999991";

/// A caller without a mode, with the words that the oracle is told.
#[derive(Clone)]
pub(crate) struct Persona {
    pub(crate) channel: Channel,
    role: Option<SubjectRole>,
    structure: bool,
    words: String,
}

impl Persona {
    pub(crate) fn is_patient(&self) -> bool {
        self.channel == Channel::Patient
    }

    /// channel, row, doctor, occupational, staff, structure, insurance
    pub(crate) fn words(&self) -> &str {
        &self.words
    }

    pub(crate) fn caller(&self, mode: Mode, token: Token) -> Caller {
        let role = self.role.clone();
        let person = || PersonId(PERSON.into());
        let staff = role.as_ref().is_some_and(|role| role.profession.system == system::PRODUCER);
        let actor = match (self.channel, role) {
            (Channel::Patient, _) => Actor::Holder { ins: patient() },
            (Channel::Operator, _) => Actor::Operator { name: "X".into() },
            (Channel::Direct | Channel::Air, Some(role)) if !staff => {
                Actor::Professional { id: person(), name: "X".into(), role }
            }
            (
                Channel::Direct | Channel::Air | Channel::EmployeeCard | Channel::Indirect | Channel::Member,
                role,
            ) => Actor::OfStructure { user: "X".into(), role },
        };
        Caller {
            actor,
            channel: self.channel,
            structure: self.structure.then(|| StructureId(STRUCTURE.into())),
            legal_entities: Vec::new(),
            purpose: mode.purpose(),
            patient: token.named(),
            secret_connection: false,
            regulator: mode == Mode::Regulator,
            software: None,
            request: RequestId("r".into()),
        }
    }
}

/// The mode, with what goes with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Normal,
    BreakGlass,
    Blank,
    Regulator,
    NoRegulator,
}

impl Mode {
    pub(crate) const ALL: [Mode; 5] =
        [Mode::Normal, Mode::BreakGlass, Mode::Blank, Mode::Regulator, Mode::NoRegulator];

    /// purpose, regulator
    pub(crate) fn words(self) -> &'static str {
        match self {
            Mode::Normal => "normal\t0",
            Mode::BreakGlass => "btg\t0",
            Mode::Blank => "btg-blank\t0",
            Mode::Regulator => "c15\t1",
            Mode::NoRegulator => "c15\t0",
        }
    }

    fn purpose(self) -> Purpose {
        match self {
            Mode::Normal => Purpose::Normal,
            Mode::BreakGlass => Purpose::BreakGlass { reason: "inconsciente".into() },
            Mode::Blank => Purpose::BreakGlass { reason: " \t".into() },
            Mode::Regulator | Mode::NoRegulator => Purpose::Centre15,
        }
    }
}

/// The patient that the proof names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    None,
    Same,
    Other,
}

impl Token {
    pub(crate) const ALL: [Token; 3] = [Token::None, Token::Same, Token::Other];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Token::None => "none",
            Token::Same => "same",
            Token::Other => "other",
        }
    }

    fn named(self) -> Option<Ins> {
        match self {
            Token::None => None,
            Token::Same => Some(patient()),
            Token::Other => Some(other_patient()),
        }
    }
}

/// The columns of the words above, with `treating` set apart.
pub(crate) const CALLER: [&str; 11] = [
    "channel",
    "row",
    "doctor",
    "occupational",
    "staff",
    "structure",
    "insurance",
    "treating",
    "purpose",
    "regulator",
    "token_patient",
];

/// One persona for each column of the sheets and each way to have no place.
pub(crate) fn columns(mappings: &Mappings) -> Vec<Persona> {
    let person = |code: &str, qualifier: Option<&str>| SubjectRole {
        profession: Code::new(code, system::PROFESSION),
        qualifier: qualifier.map(|code| Code::new(code, system::SPECIALTY)),
    };
    let producer =
        |code: &str| SubjectRole { profession: Code::new(code, system::PRODUCER), qualifier: None };
    let unknown = SubjectRole { profession: Code::new("INSURER", "1.2.3.4"), qualifier: None };
    let mut all = Vec::new();
    let mut add = |channel, role: Option<SubjectRole>, structure| {
        all.push(persona(mappings, channel, role, structure));
    };
    for channel in [Channel::Direct, Channel::Air] {
        add(channel, Some(person("10", Some("SM26"))), true);
        add(channel, Some(person("10", Some("SM26"))), false);
        add(channel, Some(person("10", Some("SM25"))), true);
        add(channel, Some(person("60", None)), true);
        add(channel, Some(person("95", None)), true);
        add(channel, Some(unknown.clone()), true);
    }
    add(Channel::Air, Some(producer("SECRETARIAT_MEDICAL")), true);
    add(Channel::EmployeeCard, Some(producer("SECRETARIAT_MEDICAL")), true);
    add(Channel::Indirect, Some(person("10", Some("SM26"))), true);
    add(Channel::Indirect, Some(person("60", None)), true);
    add(Channel::Indirect, None, true);
    add(Channel::Indirect, None, false);
    add(Channel::Indirect, Some(producer("ALIM_AM")), true);
    add(Channel::Patient, None, false);
    add(Channel::Operator, None, false);
    all
}

/// A person of every row of the matrix that is a profession's, in their own name.
pub(crate) fn rows(mappings: &Mappings) -> Vec<Persona> {
    let matrix = mappings.habilitation_at(NOW);
    let role_based: Vec<Code> = matrix
        .professions()
        .filter(|(_, name, _)| *name == "R291/99")
        .map(|(_, _, code)| code.clone())
        .collect();
    let mut all = Vec::new();
    for (row, _, code) in matrix.professions() {
        let alone = SubjectRole { profession: code.clone(), qualifier: None };
        let qualified = role_based
            .iter()
            .map(|based| SubjectRole { profession: based.clone(), qualifier: Some(code.clone()) });
        let role = std::iter::once(alone)
            .chain(qualified)
            .find(|role| matrix.profession(role) == Some(row) && role.profession.system != system::PRODUCER);
        all.extend(role.map(|role| persona(mappings, Channel::Direct, Some(role), true)));
    }
    all
}

fn persona(mappings: &Mappings, channel: Channel, role: Option<SubjectRole>, structure: bool) -> Persona {
    let matrix = mappings.habilitation_at(NOW);
    let row = role.as_ref().and_then(|role| matrix.profession(role));
    let name = matrix.professions().find(|(own, _, _)| Some(*own) == row).map_or("-", |(_, name, _)| name);
    let is = |kind, code: Option<&Code>| code.is_some_and(|code| mappings.codes.is(kind, code));
    let profession = role.as_ref().map(|role| &role.profession);
    let bits = [
        is(Kind::Doctor, profession),
        is(Kind::OccupationalMedicine, role.as_ref().and_then(|role| role.qualifier.as_ref())),
        profession.is_some_and(|code| code.system == system::PRODUCER),
        structure,
        is(Kind::InsuranceFeed, profession),
    ];
    let bits: Vec<&str> = bits.iter().map(|bit| if *bit { "1" } else { "0" }).collect();
    let channel_word = match channel {
        Channel::Direct => "direct",
        Channel::EmployeeCard => "employee",
        Channel::Indirect => "indirect",
        Channel::Air => "air",
        Channel::Patient => "patient",
        Channel::Operator => "operator",
        Channel::Member => "member",
    };
    let words = format!("{channel_word}\t{name}\t{}", bits.join("\t"));
    Persona { channel, role, structure, words }
}
