//! The habilitation matrix: profession × document type, read and deposit columns.

use std::collections::{HashMap, HashSet};

use model::{Code, SubjectRole, system};

use crate::files::Sources;
use crate::lists::{CARE_ROLES, Lists, PROFESSIONS, Use};
use crate::systems::{Spellings, Systems};
use crate::table::{self, Errors};

const MATRIX: &str = "habilitation/matrix.csv";
const BASES: &str = "habilitation/bases.csv";
/// The row of every deposit under indirect authentication.
const STRUCTURE: &str = "PASSERELLE/STRUCTURE";
/// The row of the holder and the representatives.
const PATIENT: &str = "A00/EXP_PATIENT";
/// The row of role-based professionals, unless their role has one of its own.
const ROLE_BASED: &str = "R291/99";

/// A row of the matrix, an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Profession(pub(crate) u16);

/// A column of the matrix, an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentType(pub(crate) u16);

/// The deposit column of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DepositRight {
    /// No.
    Deny,
    /// Yes.
    Allow,
    /// Only as the signature of its own submission set.
    WithSet,
}

/// The matrix. A pair that is not in the file is `Deny`.
#[derive(Debug)]
pub struct Habilitation {
    version: String,
    rows: Vec<Row>,
    types: Vec<Code>,
    /// Row by row, one byte a cell: bit 0 given in the file, bit 1 read, bit 2 deposit, bit 3 only with its set.
    cells: Vec<u8>,
    by_profession: HashMap<String, Vec<(String, Profession)>>,
    by_type: HashMap<String, Vec<(String, DocumentType)>>,
    by_care_role: HashMap<String, Profession>,
    structure: Profession,
    patient: Profession,
    role_based: Profession,
    spellings: Spellings,
}

#[derive(Debug)]
struct Row {
    name: String,
    code: Code,
}

const GIVEN: u8 = 1;
const READ: u8 = 2;
const DEPOSIT: u8 = 4;
const WITH_SET: u8 = 8;

impl Habilitation {
    pub(crate) fn load(sources: &Sources, lists: &Lists, systems: &Systems, errors: &mut Errors) -> Self {
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
        let (version, cells) = cells(sources, &row_of, &types, errors);
        let mut matrix = Habilitation {
            version,
            types,
            cells,
            by_profession: HashMap::new(),
            by_type: HashMap::new(),
            by_care_role,
            structure,
            patient,
            role_based,
            spellings: systems.spellings(),
            rows,
        };
        matrix.index(lists);
        matrix
    }

    fn index(&mut self, lists: &Lists) {
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

    /// Version of the matrix, shown in audit events.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The row of a proved role: trainees (G16) have their own rows; a role-based professional (R291)
    /// needs a qualifier, and has the row of their activity where there is one (R22/GENR08 for
    /// coordination), else the row R291/99. `None` = no place.
    pub fn profession(&self, role: &SubjectRole) -> Option<Profession> {
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

    /// The row `PASSERELLE/STRUCTURE`.
    pub fn structure(&self) -> Profession {
        self.structure
    }

    /// The row `A00/EXP_PATIENT`.
    pub fn patient(&self) -> Profession {
        self.patient
    }

    /// The column of a type.
    pub fn document_type(&self, code: &Code) -> Option<DocumentType> {
        found(&self.by_type, &code.value, self.spellings.alias(&code.system))
    }

    /// Every type with its code, in the order of the columns.
    pub fn types(&self) -> impl Iterator<Item = (DocumentType, &Code)> {
        self.types.iter().enumerate().map(|(i, code)| (DocumentType(small(i)), code))
    }

    /// Every profession with its name in the matrix file (`G15/10`) and its code, in the order of the rows.
    pub fn professions(&self) -> impl Iterator<Item = (Profession, &str, &Code)> {
        self.rows.iter().enumerate().map(|(i, row)| (Profession(small(i)), row.name.as_str(), &row.code))
    }

    /// The `read` cell.
    pub fn may_read(&self, profession: Profession, document_type: DocumentType) -> bool {
        self.cell(profession, document_type) & READ != 0
    }

    /// The `deposit` cell.
    pub fn deposit(&self, profession: Profession, document_type: DocumentType) -> DepositRight {
        match self.cell(profession, document_type) & (DEPOSIT | WITH_SET) {
            DEPOSIT => DepositRight::Allow,
            WITH_SET => DepositRight::WithSet,
            _ => DepositRight::Deny,
        }
    }

    /// The model's form of a scheme however it is spelt, for instance `TRE_G16` for
    /// `TRE_G16-ProfessionFormation`; see [`Systems::canonical`].
    pub fn canonical_system<'a>(&'a self, system: &'a str) -> &'a str {
        self.spellings.any(system)
    }

    fn cell(&self, profession: Profession, document_type: DocumentType) -> u8 {
        let column = usize::from(document_type.0);
        if column >= self.types.len() {
            return 0;
        }
        self.cells.get(usize::from(profession.0) * self.types.len() + column).copied().unwrap_or(0)
    }

    fn is_activity(&self, row: Profession) -> bool {
        row != self.structure && !self.by_profession.values().flatten().any(|(_, own)| *own == row)
    }
}

fn found<T: Copy>(table: &HashMap<String, Vec<(String, T)>>, value: &str, system: &str) -> Option<T> {
    table.get(value)?.iter().find(|(own, _)| own == system).map(|(_, index)| *index)
}

fn cells(
    sources: &Sources,
    row_of: &HashMap<&str, Profession>,
    types: &[Code],
    errors: &mut Errors,
) -> (String, Vec<u8>) {
    let bases = bases(sources, errors);
    let column_of: HashMap<&str, usize> =
        types.iter().enumerate().map(|(i, code)| (code.value.as_str(), i)).collect();
    let columns = [
        "profession",
        "type",
        "read",
        "read_provenance",
        "read_basis",
        "deposit",
        "deposit_provenance",
        "deposit_basis",
    ];
    let (head, lines) = table::read(MATRIX, sources.text(MATRIX), columns, errors);
    let mut cells = vec![0; row_of.len() * types.len()];
    for (line, [profession, code, read, provenance, basis, deposit, deposit_provenance, deposit_basis]) in
        lines
    {
        let mut wrong = |reason: String| errors.add(MATRIX, line, reason);
        let row = row_of.get(profession.as_str());
        let column = column_of.get(code.as_str());
        if row.is_none() {
            wrong(format!("unknown profession `{profession}`: it is not in {PROFESSIONS}"));
        }
        if column.is_none() {
            wrong(format!("unknown type `{code}`: it is not in {}", crate::lists::TYPES));
        }
        for word in [&provenance, &deposit_provenance] {
            if !matches!(word.as_str(), "sourced" | "sourced-blanket" | "derived") {
                wrong(format!("unknown provenance `{word}`"));
            }
        }
        for basis in [&basis, &deposit_basis] {
            if !bases.contains(basis) {
                wrong(format!("unknown basis `{basis}`: it is not in {BASES}"));
            }
        }
        let read = match read.as_str() {
            "allow" => READ,
            "deny" => 0,
            other => {
                wrong(format!("unknown right `{other}`: read is allow or deny"));
                0
            }
        };
        let deposit = match deposit.as_str() {
            "allow" => DEPOSIT,
            "with-set" => WITH_SET,
            "deny" => 0,
            other => {
                wrong(format!("unknown right `{other}`: deposit is allow, deny or with-set"));
                0
            }
        };
        let (Some(row), Some(column)) = (row, column) else { continue };
        let Some(cell) = cells.get_mut(usize::from(row.0) * types.len() + column) else { continue };
        if *cell != 0 {
            wrong(format!("the cell {profession} × {code} stands twice"));
        }
        *cell = GIVEN | read | deposit;
    }
    (head.version, cells)
}

fn bases(sources: &Sources, errors: &mut Errors) -> HashSet<String> {
    let (_, lines) = table::read(BASES, sources.text(BASES), ["basis", "text"], errors);
    let mut bases = HashSet::new();
    for (line, [basis, text]) in lines {
        if text.is_empty() || !bases.insert(basis.clone()) {
            errors.add(BASES, line, format!("`{basis}` has no text, or stands twice"));
        }
    }
    bases
}

/// The place in a list: `lists` bounds their length far below.
fn small(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
