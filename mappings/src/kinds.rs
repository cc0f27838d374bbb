//! The codes that the law names one by one: a doctor, occupational medicine, the insurance feed, the signature
//! of a submission set.

use std::collections::HashSet;

use model::Code;

use crate::files::Sources;
use crate::systems::Spellings;
use crate::table::{self, Errors};

const FILE: &str = "codes/kinds.csv";

/// What a code says of its bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The profession of doctor, trainees included (columns of M526 and M606).
    Doctor,
    /// The specialty of occupational doctors, who have a column of their own.
    OccupationalMedicine,
    /// The automatic feed by the health insurance.
    InsuranceFeed,
    /// The type of the object that signs a submission set.
    SetSignature,
}

const NAMES: [(&str, Kind); 4] = [
    ("doctor", Kind::Doctor),
    ("occupational_medicine", Kind::OccupationalMedicine),
    ("insurance_feed", Kind::InsuranceFeed),
    ("set_signature", Kind::SetSignature),
];

#[derive(Debug)]
pub(crate) struct Kinds(HashSet<(Kind, String, String)>);

impl Kinds {
    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let (_, lines) = table::read(FILE, sources.text(FILE), ["kind", "code", "system", "label"], errors);
        let mut kinds = HashSet::new();
        for (line, [name, code, system, _]) in lines {
            match NAMES.iter().find(|(own, _)| *own == name) {
                Some((_, kind)) => {
                    kinds.insert((*kind, code, system));
                }
                None => errors.add(FILE, line, format!("unknown kind `{name}`")),
            }
        }
        for (name, kind) in NAMES {
            if !kinds.iter().any(|(own, ..)| *own == kind) {
                errors.add(FILE, 0, format!("there is no code of the kind `{name}`"));
            }
        }
        Kinds(kinds)
    }

    pub(crate) fn of(&self, kind: Kind) -> Vec<Code> {
        let own = self.0.iter().filter(|(own, ..)| *own == kind);
        let mut codes: Vec<Code> = own.map(|(_, code, system)| Code::new(code, system)).collect();
        codes.sort_by(|a, b| (&a.system, &a.value).cmp(&(&b.system, &b.value)));
        codes
    }

    pub(crate) fn holds(&self, kind: Kind, code: &Code, spellings: &Spellings) -> bool {
        self.0.contains(&(kind, code.value.clone(), spellings.any(&code.system).to_owned()))
    }
}
