//! The version of an envelope. SOAP 1.2 is what IHE asks for; 1.1 is read and answered only under the operator's
//! switch for the replay of old software.

use xml::Element;

use super::names::{SOAP11, SOAP12};

/// SOAP 1.2 or 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// SOAP 1.2.
    #[default]
    Soap12,
    /// SOAP 1.1.
    Soap11,
}

impl Version {
    /// The version whose namespace an envelope is in.
    pub(crate) fn of(envelope: Element<'_>) -> Option<Self> {
        match envelope.namespace() {
            SOAP12 => Some(Version::Soap12),
            SOAP11 => Some(Version::Soap11),
            _ => None,
        }
    }

    /// The namespace of the envelope.
    pub const fn namespace(self) -> &'static str {
        match self {
            Version::Soap12 => SOAP12,
            Version::Soap11 => SOAP11,
        }
    }

    /// The media type of an envelope.
    pub const fn media_type(self) -> &'static str {
        match self {
            Version::Soap12 => "application/soap+xml",
            Version::Soap11 => "text/xml",
        }
    }

    /// The values of `role` (SOAP 1.2) or `actor` (SOAP 1.1) that mean this gateway, beside none.
    pub(super) fn is_us(self, role: &str) -> bool {
        match self {
            Version::Soap12 => role
                .strip_prefix(SOAP12)
                .is_some_and(|role| matches!(role, "/role/next" | "/role/ultimateReceiver")),
            Version::Soap11 => role == "http://schemas.xmlsoap.org/soap/actor/next",
        }
    }

    /// The attribute that says for whom a header block is.
    pub(super) const fn role_attribute(self) -> &'static str {
        match self {
            Version::Soap12 => "role",
            Version::Soap11 => "actor",
        }
    }
}
