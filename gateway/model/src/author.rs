//! Who wrote a document or sent a set.

use crate::hl7::{component, escape, split_components};
use crate::{Code, Parse, Xcn, Xon};

/// One author of a document entry or of a submission set (IHE ITI TF-3 §4.2.3.1.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Author {
    /// authorPerson: a professional, the patient, or a system.
    pub person: Option<Xcn>,
    /// authorInstitution.
    pub institutions: Vec<Xon>,
    /// authorRole, display text in France.
    pub roles: Vec<CodedText>,
    /// authorSpecialty, `code^label^1.2.250.1.213.1.1.4.5` in France.
    pub specialties: Vec<CodedText>,
    /// authorTelecommunication, XTN as sent.
    pub telecoms: Vec<String>,
}

/// A role or a specialty: free text or a code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CodedText {
    /// Plain text, for instance `Préleveur`.
    Text(String),
    /// A code.
    Coded(Code),
}

impl CodedText {
    /// Parses text, the French `code^label^OID` or the IHE `code^^^&OID&ISO`.
    pub fn parse(text: &str) -> Parse<Self> {
        let parts = split_components(text.trim());
        if let [_, label, system] = parts.as_slice()
            && let Some(value) = component(&parts, 0)
            && let Ok(system) = crate::Oid::parse(system.trim())
        {
            let label = Some(crate::unescape(label)).filter(|label| !label.is_empty());
            return Ok(CodedText::Coded(Code { value, system: system.as_str().to_owned(), label }));
        }
        if let Ok(cx) = crate::Cx::parse(text)
            && parts.len() == 4
        {
            return Ok(CodedText::Coded(Code::new(cx.id, cx.authority.as_str())));
        }
        Ok(CodedText::Text(crate::unescape(text.trim())))
    }

    /// The XDS form: codes in the French shape.
    pub fn to_hl7(&self) -> String {
        match self {
            CodedText::Text(text) => escape(text),
            CodedText::Coded(code) => {
                format!(
                    "{}^{}^{}",
                    escape(&code.value),
                    code.label.as_deref().map(escape).unwrap_or_default(),
                    code.system
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specialty_reads_as_a_code_in_both_shapes() {
        let french = CodedText::parse("G15_10/SM26^Médecine générale^1.2.250.1.213.1.1.4.5").expect("coded");
        let ihe = CodedText::parse("G15_10/SM26^^^&1.2.250.1.213.1.1.4.5&ISO").expect("coded");
        assert_eq!(french, ihe);
        assert_eq!(french.to_hl7(), "G15_10/SM26^Médecine générale^1.2.250.1.213.1.1.4.5");
    }

    #[test]
    fn a_role_is_display_text() {
        assert_eq!(CodedText::parse("Préleveur"), Ok(CodedText::Text("Préleveur".into())));
    }
}
