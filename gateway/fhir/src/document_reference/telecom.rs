//! XTN as ContactPoint, and back.

use model::{escape, split_components, unescape};
use serde_json::{Value, json};

use crate::codec::Element;

/// XTN.2 and the ContactPoint use.
const USES: [(&str, &str); 3] = [("WPN", "work"), ("PRN", "home"), ("ORN", "temp")];

/// The ContactPoint of an XTN; what has no plain form is kept whole under `other`.
pub(crate) fn write(xtn: &str) -> Value {
    let parts = split_components(xtn);
    let part = |index: usize| parts.get(index).copied().unwrap_or_default();
    let mail = (part(2) == "Internet").then(|| ("email", unescape(part(3))));
    let phone = match part(2) {
        "PH" | "CP" => Some(("phone", unescape(part(11)))),
        "FX" => Some(("fax", unescape(part(11)))),
        _ => None,
    };
    let usage = match (part(1), part(2)) {
        (_, "CP") => Some("mobile"),
        (code, _) => USES.iter().find(|(xtn, _)| *xtn == code).map(|(_, usage)| *usage),
    };
    match mail.or(phone) {
        Some((system, value)) if !value.is_empty() && xtn_of(system, usage, &value) == xtn => match usage {
            Some(usage) => json!({"system": system, "value": value, "use": usage}),
            None => json!({"system": system, "value": value}),
        },
        _ => json!({"system": "other", "value": xtn}),
    }
}

/// The XTN of a ContactPoint; `None` without a value.
pub(crate) fn read(contact: &Element<'_>) -> Option<String> {
    let value = contact.text("value")?;
    Some(xtn_of(contact.text("system").unwrap_or_default(), contact.text("use"), value))
}

fn xtn_of(system: &str, usage: Option<&str>, value: &str) -> String {
    let code = USES.iter().find(|(_, u)| Some(*u) == usage).map(|(xtn, _)| *xtn).unwrap_or_default();
    let value_in = escape(value);
    match (system, usage) {
        ("email", _) => format!("^{code}^Internet^{value_in}"),
        ("phone", Some("mobile")) => format!("^PRN^CP^^^^^^^^^{value_in}"),
        ("phone", _) => format!("^{code}^PH^^^^^^^^^{value_in}"),
        ("fax", _) => format!("^{code}^FX^^^^^^^^^{value_in}"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telecoms_read_back() {
        for (xtn, system) in [
            ("^^Internet^a@b.fr", "email"),
            ("^WPN^Internet^a\\T\\b@b.fr", "email"),
            ("^^PH^^^^^^^^^+33100000000", "phone"),
            ("^PRN^CP^^^^^^^^^0600000000", "phone"),
            ("^WPN^CP^^^^^^^^^0600000000", "other"),
            ("^WPN^FX^^^^^^^^^0100000000", "fax"),
            ("^^PH^^33^1^234567", "other"),
            ("0100000000", "other"),
        ] {
            let contact = write(xtn);
            assert_eq!(contact["system"], system, "{xtn}");
            let organisation = json!({"resourceType": "Organization", "telecom": [contact]});
            let read_back = Element::root(&organisation).first("telecom").and_then(|c| read(&c));
            assert_eq!(read_back.as_deref(), Some(xtn));
        }
    }
}
