//! The rows and columns of the matrix, shared by all its versions: professions and document types.

use std::collections::HashMap;

use model::{Code, SubjectRole, system};

use crate::lists::{CARE_ROLES, Lists, PROFESSIONS, Use};
use crate::systems::{Spellings, Systems};
use crate::table::Errors;

/// The row of every deposit under indirect authentication.
const STRUCTURE: &str = "PASSERELLE/STRUCTURE";
/// The row of the holder and the representatives.
const PATIENT: &str = "A00/EXP_PATIENT";
/// The row of role-based professionals, unless their role has one of its own.
const ROLE_BASED: &str = "R291/99";

/// A row of the matrix, an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Profession(u16);

/// A column of the matrix, an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentType(u16);

impl Profession {
    pub(crate) fn place(self) -> usize {
        usize::from(self.0)
    }
}

impl DocumentType {
    pub(crate) fn place(self) -> usize {
        usize::from(self.0)
    }
}

/// What the rows and columns are, and how a proved role or a code finds its own.
#[derive(Debug)]
pub(crate) struct Axes {
    rows: Vec<Row>,
    types: Vec<Code>,
    by_profession: HashMap<String, Vec<(String, Profession)>>,
    by_type: HashMap<String, Vec<(String, DocumentType)>>,
    by_care_role: HashMap<String, Profession>,
    pub(crate) structure: Profession,
    pub(crate) patient: Profession,
    role_based: Profession,
    spellings: Spellings,
}

#[derive(Debug)]
struct Row {
    name: String,
    code: Code,
}

impl Axes {
    pub(crate) fn load(lists: &Lists, systems: &Systems, errors: &mut Errors) -> Self {
        let rows: Vec<Row> = lists
            .professions
            .iter()
            .map(|line| Row { name: line.row.clone(), code: line.code.clone() })
            .collect();
        let row_of: HashMap<&str, Profession> =
            rows.iter().enumerate().map(|(i, row)| (row.name.as_str(), Profession(small(i)))).collect();
        let mut required = |name: &str| {
            row_of.get(name).copied().unwrap_or_else(|| {
                errors.add(PROFESSIONS, 0, format!("there is no row `{name}`"));
                Profession(0)
            })
        };
        let (structure, patient, role_based) = (required(STRUCTURE), required(PATIENT), required(ROLE_BASED));
        let mut by_care_role = HashMap::new();
        for role in &lists.care_roles {
            match role.row.as_deref().map(|name| row_of.get(name)) {
                None => {}
                Some(Some(row)) => {
                    by_care_role.insert(role.code.clone(), *row);
                }
                Some(None) => errors.add(CARE_ROLES, role.line, "there is no such row"),
            }
        }
        let types: Vec<Code> = lists.types.iter().map(|line| line.code.clone()).collect();
        let mut axes = Axes {
            types,
            by_profession: HashMap::new(),
            by_type: HashMap::new(),
            by_care_role,
            structure,
            patient,
            role_based,
            spellings: systems.spellings(),
            rows,
        };
        axes.index_codes(lists);
        axes
    }

    fn index_codes(&mut self, lists: &Lists) {
        for (i, line) in lists.professions.iter().enumerate() {
            if matches!(line.usage, Use::Role | Use::Author) {
                let same = self.by_profession.entry(line.code.value.clone()).or_default();
                same.push((line.code.system.clone(), Profession(small(i))));
            }
        }
        for (i, code) in self.types.iter().enumerate() {
            let same = self.by_type.entry(code.value.clone()).or_default();
            same.push((code.system.clone(), DocumentType(small(i))));
        }
    }

    /// How many cells there are.
    pub(crate) fn size(&self) -> usize {
        self.rows.len() * self.types.len()
    }

    /// The place of a cell, row by row; beyond the last for a column that is none.
    pub(crate) fn index(&self, row: usize, column: usize) -> usize {
        if column < self.types.len() { row * self.types.len() + column } else { self.size() }
    }

    /// See [`crate::Habilitation::profession`].
    pub(crate) fn profession(&self, role: &SubjectRole) -> Option<Profession> {
        let system = self.spellings.any(&role.profession.system);
        let row = found(&self.by_profession, &role.profession.value, system)?;
        if row != self.role_based {
            return Some(row);
        }
        let qualifier = role.qualifier.as_ref()?;
        if self.spellings.any(&qualifier.system) == system::CARE_ROLE {
            return Some(self.by_care_role.get(&qualifier.value).copied().unwrap_or(row));
        }
        let activity = self.rows.iter().position(|own| {
            own.code.value == qualifier.value && own.code.system == self.spellings.any(&qualifier.system)
        });
        let activity = activity.map(|i| Profession(small(i))).filter(|own| self.is_activity(*own));
        Some(activity.unwrap_or(row))
    }

    pub(crate) fn document_type(&self, code: &Code) -> Option<DocumentType> {
        found(&self.by_type, &code.value, self.spellings.alias(&code.system))
    }

    pub(crate) fn types(&self) -> impl Iterator<Item = (DocumentType, &Code)> {
        self.types.iter().enumerate().map(|(i, code)| (DocumentType(small(i)), code))
    }

    pub(crate) fn professions(&self) -> impl Iterator<Item = (Profession, &str, &Code)> {
        self.rows.iter().enumerate().map(|(i, row)| (Profession(small(i)), row.name.as_str(), &row.code))
    }

    pub(crate) fn canonical_system<'a>(&'a self, system: &'a str) -> &'a str {
        self.spellings.any(system)
    }

    fn is_activity(&self, row: Profession) -> bool {
        row != self.structure && !self.by_profession.values().flatten().any(|(_, own)| *own == row)
    }
}

fn found<T: Copy>(table: &HashMap<String, Vec<(String, T)>>, value: &str, system: &str) -> Option<T> {
    table.get(value)?.iter().find(|(own, _)| own == system).map(|(_, index)| *index)
}

/// The place in a list: `lists` bounds their length far below.
fn small(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
