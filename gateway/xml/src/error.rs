//! Why a text is not an XML document that this gateway reads.

use std::fmt;

/// The reason of a refusal. Neither its text nor its `Debug` ever holds content of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XmlError {
    /// More bytes than [`Limits::bytes`](crate::Limits).
    TooLarge,
    /// Elements nested deeper than [`Limits::depth`](crate::Limits).
    TooDeep,
    /// More elements, texts and comments than [`Limits::nodes`](crate::Limits).
    TooManyNodes,
    /// More attributes and namespace declarations on one element than [`Limits::attributes`](crate::Limits).
    TooManyAttributes,
    /// More than 256 namespace declarations in scope at once.
    TooManyNamespaces,
    /// UTF-16 or UTF-32, with or without a byte order mark.
    Utf16,
    /// The declared encoding is not UTF-8.
    OtherEncoding,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// The declared version is not 1.0.
    OtherVersion,
    /// A document type declaration.
    Doctype,
    /// A processing instruction, or an XML declaration that is not at the very start.
    ProcessingInstruction,
    /// A reference to an entity other than `lt`, `gt`, `amp`, `apos`, `quot`.
    UndefinedEntity,
    /// A character that XML 1.0 does not allow, given directly or as a reference.
    IllegalCharacter,
    /// The same attribute twice on one element, also under two prefixes of one namespace.
    DuplicateAttribute,
    /// A prefix that no declaration in scope binds.
    UndeclaredPrefix,
    /// A declaration that Namespaces in XML 1.0 forbids.
    ForbiddenDeclaration,
    /// A name that is not a qualified name.
    BadName,
    /// No element at all.
    NoRoot,
    /// Something other than white space and comments before or after the only root element.
    Trailing,
    /// Not well-formed, near this byte.
    Malformed {
        /// Offset from the start of the input, in bytes.
        offset: usize,
    },
}

impl XmlError {
    /// The reason in French and in English, for the sender.
    pub const fn detail(&self) -> (&'static str, &'static str) {
        match self {
            XmlError::TooLarge => ("XML plus grand que la limite", "XML larger than the limit"),
            XmlError::TooDeep => {
                ("XML imbriqué au-delà de la limite", "XML elements nested deeper than the limit")
            }
            XmlError::TooManyNodes => ("trop d'éléments XML", "too many XML elements"),
            XmlError::TooManyAttributes => {
                ("trop d'attributs sur un élément XML", "too many attributes on one XML element")
            }
            XmlError::TooManyNamespaces => {
                ("trop d'espaces de noms XML déclarés", "too many XML namespaces declared")
            }
            XmlError::Utf16 => (
                "XML en UTF-16 ou UTF-32 : encodage UTF-8 attendu",
                "XML in UTF-16 or UTF-32: UTF-8 was expected",
            ),
            XmlError::OtherEncoding => (
                "la déclaration XML annonce un autre encodage que UTF-8",
                "the XML declaration names an encoding other than UTF-8",
            ),
            XmlError::NotUtf8 => {
                ("octets qui ne sont pas de l'UTF-8 dans le XML", "bytes that are not UTF-8 in the XML")
            }
            XmlError::OtherVersion => ("version XML autre que 1.0", "XML version other than 1.0"),
            XmlError::Doctype => (
                "déclaration de type de document (DOCTYPE) interdite",
                "a document type declaration (DOCTYPE) is not allowed",
            ),
            XmlError::ProcessingInstruction => {
                ("instruction de traitement XML interdite", "an XML processing instruction is not allowed")
            }
            XmlError::UndefinedEntity => {
                ("référence à une entité XML non définie", "reference to an undefined XML entity")
            }
            XmlError::IllegalCharacter => {
                ("caractère interdit par XML 1.0", "a character that XML 1.0 does not allow")
            }
            XmlError::DuplicateAttribute => (
                "le même attribut figure deux fois sur un élément XML",
                "the same attribute stands twice on one XML element",
            ),
            XmlError::UndeclaredPrefix => (
                "préfixe XML sans déclaration d'espace de noms",
                "XML prefix without a namespace declaration",
            ),
            XmlError::ForbiddenDeclaration => {
                ("déclaration d'espace de noms XML interdite", "a forbidden XML namespace declaration")
            }
            XmlError::BadName => {
                ("nom d'élément ou d'attribut XML incorrect", "an ill-formed XML element or attribute name")
            }
            XmlError::NoRoot => ("aucun élément XML", "no XML element"),
            XmlError::Trailing => (
                "contenu avant ou après l'élément racine XML",
                "content before or after the XML root element",
            ),
            XmlError::Malformed { .. } => ("XML mal formé", "ill-formed XML"),
        }
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail().1)?;
        match self {
            XmlError::Malformed { offset } => write!(f, " near byte {offset}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for XmlError {}
