//! The habilitation matrix: profession × document type, read and deposit columns.

use model::{Code, SubjectRole};

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
pub struct Habilitation {}

impl Habilitation {
    /// Version of the matrix, shown in audit events.
    pub fn version(&self) -> &str {
        ""
    }

    /// The row of a proved role: trainees (G16) have their own rows, role-based professionals (R291)
    /// the row of their R22/R291 code. `None` = no place.
    pub fn profession(&self, _role: &SubjectRole) -> Option<Profession> {
        None
    }

    /// The row `PASSERELLE/STRUCTURE`.
    pub fn structure(&self) -> Profession {
        Profession(0)
    }

    /// The row `A00/EXP_PATIENT`.
    pub fn patient(&self) -> Profession {
        Profession(0)
    }

    /// The column of a type.
    pub fn document_type(&self, _code: &Code) -> Option<DocumentType> {
        None
    }

    /// Every type with its code, in the order of the columns.
    pub fn types(&self) -> impl Iterator<Item = (DocumentType, &Code)> {
        std::iter::empty()
    }

    /// The `read` cell.
    pub fn may_read(&self, _profession: Profession, _document_type: DocumentType) -> bool {
        false
    }

    /// The `deposit` cell.
    pub fn deposit(&self, _profession: Profession, _document_type: DocumentType) -> DepositRight {
        DepositRight::Deny
    }
}
