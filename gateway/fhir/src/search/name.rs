//! The name of a search parameter taken apart: what it looks at, through what, and how.

/// `author:PractitionerRole.practitioner.family:exact` in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name<'n> {
    /// The parameter.
    pub(crate) first: &'n str,
    /// The type of resource that a reference is taken to lead to.
    pub(crate) kind: Option<&'n str>,
    /// What is asked of the resource that a reference leads to.
    pub(crate) chain: Option<&'n str>,
    /// The modifier.
    pub(crate) modifier: Option<&'n str>,
}

impl<'n> Name<'n> {
    /// Takes a name apart.
    pub(crate) fn of(name: &'n str) -> Self {
        let (head, chain) = match name.split_once('.') {
            Some((head, chain)) => (head, Some(chain)),
            None => (name, None),
        };
        let (first, after) = match head.split_once(':') {
            Some((first, after)) => (first, Some(after)),
            None => (head, None),
        };
        let is_type = |text: &&str| text.starts_with(|c: char| c.is_ascii_uppercase());
        let (chain, last) = match chain.map(|chain| chain.rsplit_once(':').ok_or(chain)) {
            Some(Ok((chain, last))) => (Some(chain), Some(last)),
            Some(Err(chain)) => (Some(chain), None),
            None => (None, None),
        };
        let kind = after.filter(is_type);
        let modifier = last.or(after.filter(|after| !is_type(after)));
        Name { first, kind, chain, modifier }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart() {
        let of = |first, kind, chain, modifier| Name { first, kind, chain, modifier };
        for (text, expected) in [
            ("type", of("type", None, None, None)),
            ("type:not", of("type", None, None, Some("not"))),
            ("patient:Patient", of("patient", Some("Patient"), None, None)),
            ("author.given", of("author", None, Some("given"), None)),
            ("author.given:exact", of("author", None, Some("given"), Some("exact"))),
            ("source:Patient.given:contains", of("source", Some("Patient"), Some("given"), Some("contains"))),
            ("author:X.practitioner.family", of("author", Some("X"), Some("practitioner.family"), None)),
            ("patient:identifier", of("patient", None, None, Some("identifier"))),
        ] {
            assert_eq!(Name::of(text), expected, "{text}");
        }
    }
}
