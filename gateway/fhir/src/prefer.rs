//! `Prefer: return=…` (FHIR R4 §3.1.0.1.9, RFC 7240 §4.2): what the answer of a write holds.

/// What is wanted back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Return {
    /// The resource, also when nothing is said.
    Representation,
    /// Nothing but the headers.
    Minimal,
    /// What is to be said of it.
    Outcome,
}

impl Return {
    /// Reads the header; the first preference of this name counts, one that is not known is none.
    pub(crate) fn of(prefer: Option<&str>) -> Self {
        let mut parts = prefer.unwrap_or_default().split([',', ';']);
        let wanted = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("return").then_some(value.trim().trim_matches('"'))
        });
        match wanted {
            Some("minimal") => Return::Minimal,
            Some("OperationOutcome") => Return::Outcome,
            _ => Return::Representation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_preference_of_this_name_counts() {
        for (prefer, expected) in [
            (None, Return::Representation),
            (Some("return=minimal"), Return::Minimal),
            (Some("handling=strict, return=OperationOutcome"), Return::Outcome),
            (Some("Return = \"minimal\"; x=y"), Return::Minimal),
            (Some("return=representation, return=minimal"), Return::Representation),
            (Some("return=everything"), Return::Representation),
        ] {
            assert_eq!(Return::of(prefer), expected, "{prefer:?}");
        }
    }
}
