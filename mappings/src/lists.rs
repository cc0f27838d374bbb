//! The lists that several tables refer to: professions, document types, second roles.

use std::collections::{HashMap, HashSet};

use model::{Code, SubjectRole, system};

use crate::files::Sources;
use crate::systems::{Spellings, Systems};
use crate::table::{self, Errors};

/// The professions: one is a row of the matrix.
pub(crate) const PROFESSIONS: &str = "codes/professions.csv";
/// The document types: one is a column of the matrix.
pub(crate) const TYPES: &str = "codes/type_codes.csv";
/// The roles of role-based professionals (TRE_R85).
pub(crate) const CARE_ROLES: &str = "codes/role_prise_en_charge.csv";
/// How many rows or columns the matrix may have: its table stays small and its indices fit.
const MOST: usize = 2000;
const SPECIALTIES: &str = "codes/specialties.csv";
const SECTIONS: &str = "codes/pharmacist_sections.csv";

/// What a profession's row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// A first role that a caller may claim (JDV_J65).
    Role,
    /// Only names an author.
    Author,
    /// Reached from a role-based professional by the qualifier.
    Activity,
    /// A row of ours.
    Structure,
}

/// The list that a second role must come from (rule A6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    Specialty,
    PharmacistSection,
    CareRole,
}

#[derive(Debug)]
pub(crate) struct ProfessionLine {
    /// Its name in the matrix file, for instance `G15/10`.
    pub(crate) row: String,
    pub(crate) code: Code,
    pub(crate) usage: Use,
    pub(crate) demand: Option<Demand>,
}

#[derive(Debug)]
pub(crate) struct TypeLine {
    pub(crate) code: Code,
    /// Accepted at reception (rule B7).
    pub(crate) accepted: bool,
}

#[derive(Debug)]
pub(crate) struct CareRole {
    pub(crate) line: usize,
    pub(crate) code: String,
    /// In JDV_J65.
    pub(crate) known: bool,
    /// The matrix row, if it is not that of R291/99.
    pub(crate) row: Option<String>,
}

/// The lists, checked.
#[derive(Debug)]
pub(crate) struct Lists {
    pub(crate) professions: Vec<ProfessionLine>,
    pub(crate) types: Vec<TypeLine>,
    pub(crate) care_roles: Vec<CareRole>,
    specialties: HashSet<String>,
    sections: HashSet<String>,
    spellings: Spellings,
}

impl Lists {
    pub(crate) fn load(sources: &Sources, systems: &Systems, errors: &mut Errors) -> Self {
        Lists {
            professions: professions(sources, errors),
            types: types(sources, errors),
            care_roles: care_roles(sources, errors),
            specialties: codes(SPECIALTIES, sources, errors),
            sections: codes(SECTIONS, sources, errors),
            spellings: systems.spellings(),
        }
    }

    /// The line of a role's profession, among those that a caller may claim.
    fn profession(&self, role: &SubjectRole) -> Option<&ProfessionLine> {
        let own = self.spellings.any(&role.profession.system);
        self.professions.iter().find(|line| {
            line.usage == Use::Role && line.code.value == role.profession.value && line.code.system == own
        })
    }

    pub(crate) fn role_known(&self, role: &SubjectRole) -> bool {
        self.profession(role).is_some()
    }

    pub(crate) fn qualifier_known(&self, role: &SubjectRole) -> bool {
        let Some(profession) = self.profession(role) else { return false };
        let qualifier =
            role.qualifier.as_ref().map(|code| (self.spellings.any(&code.system), code.value.as_str()));
        match (profession.demand, qualifier) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(Demand::Specialty), Some((own, code))) => {
                own == system::SPECIALTY && self.specialties.contains(code)
            }
            (Some(Demand::PharmacistSection), Some((own, code))) => {
                own == system::PHARMACIST_SECTION && self.sections.contains(code)
            }
            (Some(Demand::CareRole), Some((own, code))) => {
                own == system::CARE_ROLE && self.care_roles.iter().any(|role| role.known && role.code == code)
            }
        }
    }
}

fn professions(sources: &Sources, errors: &mut Errors) -> Vec<ProfessionLine> {
    let columns = ["row", "system", "code", "label", "use", "qualifier"];
    let (_, lines) = table::read(PROFESSIONS, sources.text(PROFESSIONS), columns, errors);
    bounded(PROFESSIONS, lines.len(), errors);
    let mut seen = HashMap::new();
    let mut professions = Vec::new();
    for (line, [row, system, code, label, usage, qualifier]) in lines.into_iter().take(MOST) {
        let usage = match usage.as_str() {
            "role" => Use::Role,
            "author" => Use::Author,
            "activity" => Use::Activity,
            "structure" => Use::Structure,
            other => {
                errors.add(PROFESSIONS, line, format!("unknown use `{other}`"));
                continue;
            }
        };
        let demand = match qualifier.as_str() {
            "" => None,
            "specialty" => Some(Demand::Specialty),
            "pharmacist_section" => Some(Demand::PharmacistSection),
            "care_role" => Some(Demand::CareRole),
            other => {
                errors.add(PROFESSIONS, line, format!("unknown qualifier `{other}`"));
                continue;
            }
        };
        once(&mut seen, PROFESSIONS, line, &row, errors);
        once(&mut seen, PROFESSIONS, line, &format!("{code} of {system}"), errors);
        professions.push(ProfessionLine { row, code: Code::labelled(code, system, label), usage, demand });
    }
    professions
}

fn types(sources: &Sources, errors: &mut Errors) -> Vec<TypeLine> {
    let columns = ["code", "system", "label", "reception", "source"];
    let (_, lines) = table::read(TYPES, sources.text(TYPES), columns, errors);
    bounded(TYPES, lines.len(), errors);
    let mut seen = HashMap::new();
    let mut types = Vec::new();
    for (line, [code, system, label, reception, _]) in lines.into_iter().take(MOST) {
        once(&mut seen, TYPES, line, &code, errors);
        let accepted = match reception.as_str() {
            "current" | "history" => true,
            "closed" => false,
            other => {
                errors.add(TYPES, line, format!("unknown reception `{other}`"));
                continue;
            }
        };
        types.push(TypeLine { code: labelled(code, system, label), accepted });
    }
    types
}

fn care_roles(sources: &Sources, errors: &mut Errors) -> Vec<CareRole> {
    let (_, lines) =
        table::read(CARE_ROLES, sources.text(CARE_ROLES), ["code", "label", "use", "row"], errors);
    let mut seen = HashMap::new();
    let mut roles = Vec::new();
    for (line, [code, _, usage, row]) in lines {
        once(&mut seen, CARE_ROLES, line, &code, errors);
        if usage != "role" && usage != "author" {
            errors.add(CARE_ROLES, line, format!("unknown use `{usage}`"));
        }
        let row = (!row.is_empty()).then_some(row);
        roles.push(CareRole { line, code, known: usage == "role", row });
    }
    roles
}

fn codes(file: &str, sources: &Sources, errors: &mut Errors) -> HashSet<String> {
    let (_, lines) = table::read(file, sources.text(file), ["code", "label"], errors);
    let mut seen = HashMap::new();
    for (line, [code, _]) in &lines {
        once(&mut seen, file, *line, code, errors);
    }
    seen.into_keys().collect()
}

fn bounded(file: &str, lines: usize, errors: &mut Errors) {
    if lines > MOST {
        errors.add(file, 0, format!("{lines} lines, {MOST} at most"));
    }
}

/// A code with its label, if there is one.
pub(crate) fn labelled(code: String, system: String, label: String) -> Code {
    Code { value: code, system, label: Some(label).filter(|label| !label.is_empty()) }
}

/// Refuses an empty name and a name that stands twice.
pub(crate) fn once(
    seen: &mut HashMap<String, usize>,
    file: &str,
    line: usize,
    name: &str,
    errors: &mut Errors,
) {
    if name.is_empty() {
        errors.add(file, line, "the code is blank");
    }
    if let Some(first) = seen.insert(name.to_owned(), line) {
        errors.add(file, line, format!("`{name}` stands twice, first in line {first}"));
    }
}
