//! The habilitation matrix: profession × document type, read and deposit columns.

use std::sync::Arc;

use model::{Code, Moment, SubjectRole};

use crate::matrix_axes::{Axes, DocumentType, Profession};
use crate::versions::Version;

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

impl DepositRight {
    /// The word in the files.
    pub const fn word(self) -> &'static str {
        match self {
            DepositRight::Deny => "deny",
            DepositRight::Allow => "allow",
            DepositRight::WithSet => "with-set",
        }
    }
}

/// One version of the matrix. A pair that is not in the file is `Deny`.
#[derive(Debug)]
pub struct Habilitation {
    version: Version,
    axes: Arc<Axes>,
    /// Row by row, one byte a cell: bit 0 given in the file, bit 1 read, bit 2 deposit, bit 3 only with its set.
    cells: Vec<u8>,
}

pub(crate) const GIVEN: u8 = 1;
pub(crate) const READ: u8 = 2;
pub(crate) const DEPOSIT: u8 = 4;
pub(crate) const WITH_SET: u8 = 8;

impl Habilitation {
    pub(crate) fn new(version: Version, axes: Arc<Axes>, cells: Vec<u8>) -> Self {
        Habilitation { version, axes, cells }
    }

    /// Version of the matrix, shown in audit events.
    pub fn version(&self) -> &str {
        &self.version.name
    }

    /// From when it holds.
    pub fn effective(&self) -> Moment {
        self.version.effective
    }

    /// From when it holds, as its file writes it: RFC 3339 with the offset of whoever put it in force.
    pub fn effective_written(&self) -> &str {
        &self.version.written
    }

    /// Where this version comes from, as its file says.
    pub fn origin(&self) -> &str {
        &self.version.origin
    }

    /// True if its file says `# official: yes`; the default compiled in does not.
    pub fn is_official(&self) -> bool {
        self.version.official
    }

    /// The row of a proved role: trainees (G16) have their own rows; a role-based professional (R291)
    /// needs a qualifier, and has the row of their activity where there is one (R22/GENR08 for
    /// coordination), else the row R291/99. `None` = no place.
    pub fn profession(&self, role: &SubjectRole) -> Option<Profession> {
        self.axes.profession(role)
    }

    /// The row `PASSERELLE/STRUCTURE`.
    pub fn structure(&self) -> Profession {
        self.axes.structure
    }

    /// The row `A00/EXP_PATIENT`.
    pub fn patient(&self) -> Profession {
        self.axes.patient
    }

    /// The column of a type.
    pub fn document_type(&self, code: &Code) -> Option<DocumentType> {
        self.axes.document_type(code)
    }

    /// Every type with its code, in the order of the columns.
    pub fn types(&self) -> impl Iterator<Item = (DocumentType, &Code)> {
        self.axes.types()
    }

    /// Every profession with its name in the matrix file (`G15/10`) and its code, in the order of the rows.
    pub fn professions(&self) -> impl Iterator<Item = (Profession, &str, &Code)> {
        self.axes.professions()
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
    /// `TRE_G16-ProfessionFormation`; see [`crate::Systems::canonical`].
    pub fn canonical_system<'a>(&'a self, system: &'a str) -> &'a str {
        self.axes.canonical_system(system)
    }

    fn cell(&self, profession: Profession, document_type: DocumentType) -> u8 {
        let index = self.axes.index(profession.place(), document_type.place());
        self.cells.get(index).copied().unwrap_or(0)
    }
}
