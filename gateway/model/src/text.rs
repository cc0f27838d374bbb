//! Texts as a person compares them: case, accents and separators do not count unless somebody says so (FHIR R4 search
//! §3.1.1.4.5).

use crate::person_query::folded;

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compared {
    /// It starts so, whatever case, accents and separators.
    Starts,
    /// It holds this somewhere, whatever case, accents and separators.
    Holds,
    /// It is this, to the letter.
    Is,
}

/// A text asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextTest {
    compared: Compared,
    /// Folded unless compared to the letter.
    wanted: String,
}

impl TextTest {
    /// Of this text.
    pub fn new(compared: Compared, wanted: &str) -> Self {
        let wanted = match compared {
            Compared::Starts | Compared::Holds => folded(wanted),
            Compared::Is => wanted.to_owned(),
        };
        TextTest { compared, wanted }
    }

    /// True if the text is what is asked for. Nothing starts with separators alone.
    pub fn holds(&self, text: &str) -> bool {
        match self.compared {
            Compared::Starts => !self.wanted.is_empty() && folded(text).starts_with(&self.wanted),
            Compared::Holds => !self.wanted.is_empty() && folded(text).contains(&self.wanted),
            Compared::Is => text == self.wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_accents_do_not_count() {
        let starts = |wanted: &str, text: &str| TextTest::new(Compared::Starts, wanted).holds(text);
        assert!(starts("helene", "Hélène") && starts("HÉL", "helene") && starts("coeur", "CŒUR SACRÉ"));
        assert!(starts("d'alembert", "D’Alembert") && starts("Franc\u{327}ois", "François"));
        assert!(!starts("lene", "Hélène") && !starts("helenes", "Hélène"));
        assert!(TextTest::new(Compared::Holds, "LÈNE").holds("Helene"));
    }

    #[test]
    fn an_exact_text_is_compared_to_the_letter() {
        let is = |wanted: &str, text: &str| TextTest::new(Compared::Is, wanted).holds(text);
        assert!(is("Hélène", "Hélène") && !is("helene", "Hélène") && !is("Hél", "Hélène"));
    }

    proptest! {
        #[test]
        fn a_text_starts_with_itself(text in "\\PC{0,20}", rest in "\\PC{0,5}") {
            let starts = TextTest::new(Compared::Starts, &text).holds(&format!("{text} {rest}"));
            prop_assert_eq!(starts, !folded(&text).is_empty());
        }
    }
}
