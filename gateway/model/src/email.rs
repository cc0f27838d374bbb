//! An e-mail address, as plain as they come: no quoting, no comment, ASCII.

use std::fmt;

use crate::{Malformed, Parse};

/// The longest address (RFC 5321 §4.5.3.1, path without its brackets).
const LONGEST: usize = 254;

/// An e-mail address; its domain is in lower case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Parses `local@domain`: a dot-atom and a host name of two labels at least.
    pub fn parse(text: &str) -> Parse<Self> {
        let malformed = Malformed::metadata(
            "adresse électronique attendue : partie@domaine, sans nom ni guillemets",
            "expected an e-mail address: part@domain, without name or quotes",
        );
        let Some((local, domain)) = text.split_once('@') else { return Err(malformed) };
        let well_formed = text.len() <= LONGEST && is_dot_atom(local) && is_host(domain);
        if !well_formed {
            return Err(malformed);
        }
        Ok(EmailAddress(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Debug for EmailAddress {
    /// Never the address: it names a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

fn is_dot_atom(text: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric() || SIGNS.contains(&c))
    };
    text.len() <= 64 && text.split('.').all(atom)
}

const SIGNS: &[u8] = b"!#$%&'*+-/=?^_`{|}~";

fn is_host(text: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_address_is_read_and_its_domain_lowered() {
        let address = EmailAddress::parse("lou.essai+mes@Courrier.Example").expect("an address");
        assert_eq!(address.as_str(), "lou.essai+mes@courrier.example");
        assert_eq!(address.domain(), "courrier.example");
        assert!(!format!("{address:?}").contains("lou"));
    }

    #[test]
    fn what_could_carry_a_header_or_a_second_recipient_is_refused() {
        for bad in [
            "",
            "a",
            "a@b",
            "@b.example",
            "a@.example",
            "a b@c.example",
            "a@b.example\r\nBcc: x@y.example",
            "a@b.example,c@d.example",
            "\"a\"@b.example",
            "a@b@c.example",
            "a..b@c.example",
            "Lou <a@b.example>",
            "é@b.example",
            "a@[127.0.0.1]",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
