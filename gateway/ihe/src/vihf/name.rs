//! Distinguished names, compared as parsed names and never as strings (RFC 4514, RFC 2253, X.501).
//!
//! Every toolkit writes the same subject in its own way: order, spaces, `S` or `ST`, OIDs, `#` and hex.
//! Two names are equal here if they have the same relative names in any order, each the same set of
//! attributes, values compared without case and with white space folded (X.520 caseIgnoreMatch).

use x509_parser::x509::X509Name;

mod attribute;
mod text;

pub(super) use attribute::oid;

/// Bytes and attributes of a name that is read from text.
const LONGEST: usize = 4096;
const MOST: usize = 64;

/// A distinguished name.
#[derive(Debug, Clone)]
pub struct Name {
    /// Relative names in the order of the certificate (most general first).
    relative: Vec<Vec<Value>>,
}

/// One attribute of a relative name.
#[derive(Debug, Clone)]
struct Value {
    /// The attribute type as a dotted OID.
    oid: String,
    /// The value, decoded; `#` and hex when it is not a string.
    text: String,
}

impl Value {
    fn key(&self) -> (String, String) {
        (self.oid.clone(), folded(&self.text))
    }
}

impl Name {
    /// Reads the text form: RFC 4514 and 2253, with `;` and loose spaces as older toolkits write. `None` if
    /// it is not a name.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut relative = Vec::new();
        let mut count = 0_usize;
        for part in text::split(text, &[',', ';'])? {
            let mut values = Vec::new();
            for pair in text::split(part, &['+'])? {
                count = count.saturating_add(1);
                let (key, value) = pair.split_once('=')?;
                let (oid, text) = (attribute::named(key.trim())?, text::value(value)?);
                values.push(Value { oid, text });
            }
            relative.push(values);
        }
        // The text begins with the most specific relative name.
        relative.reverse();
        (count <= MOST).then_some(Name { relative })
    }

    /// The name of a certificate.
    pub fn of(name: &X509Name<'_>) -> Self {
        let relative = name.iter_rdn().map(|relative| {
            let values = relative.iter().map(|attribute| {
                let value = attribute.attr_value();
                let tag = value.header.tag().0;
                Value { oid: attribute.attr_type().to_id_string(), text: attribute::decoded(tag, value.data) }
            });
            values.collect()
        });
        Name { relative: relative.collect() }
    }

    /// The values of one attribute type, by dotted OID, in the order of the certificate.
    pub fn values<'a>(&'a self, oid: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.relative.iter().flatten().filter(move |value| value.oid == oid);
        values.map(|value| value.text.as_str())
    }

    /// The text form of RFC 2253, most specific relative name first, `ST` for the state.
    pub fn to_rfc2253(&self) -> String {
        let relative = self.relative.iter().rev().map(|values| {
            let pairs = values.iter().map(|value| text::pair(attribute::keyword(&value.oid), &value.text));
            pairs.collect::<Vec<_>>().join("+")
        });
        relative.collect::<Vec<_>>().join(",")
    }

    fn keys(&self) -> Vec<Vec<(String, String)>> {
        let sorted = |values: &Vec<Value>| {
            let mut keys: Vec<_> = values.iter().map(Value::key).collect();
            keys.sort();
            keys
        };
        let mut keys: Vec<_> = self.relative.iter().map(sorted).collect();
        keys.sort();
        keys
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.keys() == other.keys()
    }
}

impl Eq for Name {}

/// Lower case, white space folded and trimmed.
pub(super) fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
