//! Codes, authors and the HL7 types around them.

use model::{Author, Code, CodedText, Cx, Oid, ReferenceId, Xcn, Xon};

use crate::cipher::Unsound;
use crate::row::{Stored, stored};

stored!(CodeRow: Code { value: String, system: String, label: Option<String> });

stored!(CxRow: Cx { id: String, authority: Oid, id_type: Option<String> });

stored!(ReferenceIdRow: ReferenceId { id: String, authority: Option<Oid>, kind: String });

stored!(XcnRow: Xcn {
    id: Option<String>,
    family: Option<String>,
    given: Option<String>,
    other_given: Option<String>,
    suffix: Option<String>,
    prefix: Option<String>,
    degree: Option<String>,
    authority: Option<Oid>,
    name_type: Option<String>,
    id_type: Option<String>,
});

stored!(XonRow: Xon {
    name: String,
    authority: Option<Oid>,
    id_type: Option<String>,
    id: Option<String>,
});

stored!(AuthorRow: Author {
    person: Option<Xcn>,
    institutions: Vec<Xon>,
    roles: Vec<CodedText>,
    specialties: Vec<CodedText>,
    telecoms: Vec<String>,
});

/// A role or specialty.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum CodedTextRow {
    Text(String),
    Coded(CodeRow),
}

impl Stored for CodedText {
    type Row = CodedTextRow;

    fn to_row(&self) -> CodedTextRow {
        match self {
            CodedText::Text(text) => CodedTextRow::Text(text.clone()),
            CodedText::Coded(code) => CodedTextRow::Coded(code.to_row()),
        }
    }

    fn from_row(row: CodedTextRow) -> Result<Self, Unsound> {
        Ok(match row {
            CodedTextRow::Text(text) => CodedText::Text(text),
            CodedTextRow::Coded(code) => CodedText::Coded(Code::from_row(code)?),
        })
    }
}
