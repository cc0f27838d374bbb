//! What HL7 v3 messages of the DMP code in systems of its own, as data.

use model::{Code, Oid};

use crate::files::Sources;
use crate::table::{self, Errors};

const FILE: &str = "codes/dmp.csv";

// A macro, because a concept, its name in the file and its place in `ALL` must never drift apart.
macro_rules! concepts {
    ($($(#[$doc:meta])* $concept:ident = $name:literal,)*) => {
        /// A thing that the DMP has a code for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum DmpConcept { $($(#[$doc])* $concept,)* }

        impl DmpConcept {
            const ALL: &'static [DmpConcept] = &[$(DmpConcept::$concept,)*];

            /// Its name in the file.
            pub const fn name(self) -> &'static str {
                match self { $(DmpConcept::$concept => $name,)* }
            }
        }
    };
}

concepts! {
    /// The reason of a query: does the record exist.
    ReasonExistence = "reason-existence",
    /// The reason of a query: the administrative data of the record (TD1.3a).
    ReasonAdministrative = "reason-administrative",
    /// Keyword: how the caller's authorisation stands.
    KeyAuthorisation = "key-authorisation",
    /// It holds.
    AuthorisationValid = "authorisation-valid",
    /// It has run out.
    AuthorisationExpired = "authorisation-expired",
    /// There is none.
    AuthorisationMissing = "authorisation-missing",
    /// The holder has blocked the caller.
    AuthorisationForbidden = "authorisation-forbidden",
    /// Keyword: the caller is the médecin traitant.
    KeyTreating = "key-treating",
    /// The holder opposes break-glass.
    OppositionBreakGlass = "opposition-break-glass",
    /// The holder opposes access by the regulation centre.
    OppositionCentre15 = "opposition-centre-15",
}

/// The codes, one for each concept.
#[derive(Debug)]
pub struct DmpCodes(Vec<Code>);

impl DmpCodes {
    /// The code of a concept, with its system and label.
    pub fn of(&self, concept: DmpConcept) -> &Code {
        let place = DmpConcept::ALL.iter().position(|one| *one == concept).unwrap_or_default();
        self.0.get(place).expect("loading refuses a table without a line for each concept")
    }

    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let (_, lines) =
            table::read(FILE, sources.text(FILE), ["concept", "code", "system", "label"], errors);
        let mut codes = Vec::new();
        for concept in DmpConcept::ALL {
            let mut found = lines.iter().filter(|(_, [name, ..])| name == concept.name());
            match (found.next(), found.next()) {
                (Some((line, [_, code, system, label])), None) => {
                    if code.is_empty() || Oid::parse(system).is_err() {
                        errors.add(FILE, *line, "expected a code and the OID of its system");
                    }
                    codes.push(Code::labelled(code.as_str(), system.as_str(), label.as_str()));
                }
                (Some(_), Some((line, _))) => {
                    errors.add(FILE, *line, format!("`{}` stands twice", concept.name()))
                }
                (None, _) => errors.add(FILE, 0, format!("there is no line for `{}`", concept.name())),
            }
        }
        for (line, [name, ..]) in &lines {
            if !DmpConcept::ALL.iter().any(|concept| concept.name() == name) {
                errors.add(FILE, *line, format!("`{name}` is no concept"));
            }
        }
        DmpCodes(codes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(from: &str, to: &str) -> Vec<String> {
        let mut sources = Sources::embedded();
        let text = sources.text(FILE).replace(from, to);
        sources.replace(FILE, text);
        let mut errors = Errors::default();
        DmpCodes::load(&sources, &mut errors);
        errors.none_or(()).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_concept_has_one_code_and_a_bad_line_is_told() {
        assert_eq!(told("", ""), Vec::<String>::new());
        for (from, to, expected) in [
            ("key-treating,", "key-treated,", "is no concept"),
            ("key-treating,", "key-authorisation,", "twice"),
            ("STATUT_MT,1.2", "STATUT_MT,x.2", "OID"),
            ("authorisation-expired,EXPIREE", "authorisation-expired,", "a code"),
        ] {
            let errors = told(from, to);
            assert!(errors.iter().any(|error| error.contains(expected)), "{expected}: {errors:?}");
        }
    }
}
