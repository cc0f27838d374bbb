//! Namespaces and qualified names of SOAP 1.2, WS-Addressing and WS-Security.

/// SOAP 1.2 envelope.
pub const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// SOAP 1.1 envelope: refused unless the operator lets old software be replayed.
pub const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// WS-Addressing 1.0.
pub const WSA: &str = "http://www.w3.org/2005/08/addressing";
/// The address that means "answer on this connection".
pub const ANONYMOUS: &str = "http://www.w3.org/2005/08/addressing/anonymous";
/// WS-Addressing action of a SOAP fault.
pub const FAULT_ACTION: &str = "http://www.w3.org/2005/08/addressing/soap/fault";
/// WS-Security 1.0.
pub const WSSE_NAMESPACE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
/// WS-Security utilities: Timestamp and Id.
pub const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
/// XOP.
pub const XOP: &str = "http://www.w3.org/2004/08/xop/include";

/// A qualified name that this gateway writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QName {
    /// The prefix bound where the name is written.
    pub prefix: &'static str,
    /// The namespace.
    pub namespace: &'static str,
    /// The local name.
    pub local: &'static str,
}

impl QName {
    /// A name.
    pub const fn new(prefix: &'static str, namespace: &'static str, local: &'static str) -> Self {
        QName { prefix, namespace, local }
    }

    /// A name of WS-Addressing.
    pub const fn wsa(local: &'static str) -> Self {
        QName::new("wsa", WSA, local)
    }

    /// A name of WS-Security.
    pub const fn wsse(local: &'static str) -> Self {
        QName::new("wsse", WSSE_NAMESPACE, local)
    }
}
