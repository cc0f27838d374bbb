//! What a trait weighs when people are matched (IHE PDQm, ITI-119), as data.

use crate::files::Sources;
use crate::table::{self, Errors};

const FILE: &str = "people/matching.csv";

/// Weights and grades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Matching {
    /// Birth name or used name.
    pub family: u32,
    /// Given names.
    pub given: u32,
    /// Date of birth.
    pub birth_date: u32,
    /// Sex.
    pub sex: u32,
    /// Place of birth.
    pub birth_place: u32,
    /// The lowest score of a probable match, hundredths.
    pub probable: u32,
    /// The lowest score of a possible match, hundredths.
    pub possible: u32,
}

impl Matching {
    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let (_, lines) = table::read(FILE, sources.text(FILE), ["what", "name", "value"], errors);
        let mut matching = Matching::default();
        let mut seen = Vec::new();
        for (line, [what, name, value]) in lines {
            let Some(slot) = matching.slot(&what, &name) else {
                errors.add(FILE, line, format!("`{what},{name}` is neither a weight nor a grade"));
                continue;
            };
            match value.parse() {
                Ok(number @ 1..=100) => *slot = number,
                Ok(_) | Err(_) => errors.add(FILE, line, "value: expected a whole number from 1 to 100"),
            }
            if seen.contains(&(what.clone(), name.clone())) {
                errors.add(FILE, line, format!("`{what},{name}` stands twice"));
            }
            seen.push((what, name));
        }
        if seen.len() < 7 {
            errors.add(FILE, 0, "five weights (family, given, birth_date, sex, birth_place) and two grades (probable, possible)");
        }
        if matching.probable < matching.possible {
            errors.add(FILE, 0, "probable must not be below possible");
        }
        matching
    }

    fn slot(&mut self, what: &str, name: &str) -> Option<&mut u32> {
        Some(match (what, name) {
            ("weight", "family") => &mut self.family,
            ("weight", "given") => &mut self.given,
            ("weight", "birth_date") => &mut self.birth_date,
            ("weight", "sex") => &mut self.sex,
            ("weight", "birth_place") => &mut self.birth_place,
            ("least", "probable") => &mut self.probable,
            ("least", "possible") => &mut self.possible,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(from: &str, to: &str) -> usize {
        let mut sources = Sources::embedded();
        let text = sources.text(FILE).replace(from, to);
        sources.replace(FILE, text);
        let mut errors = Errors::default();
        Matching::load(&sources, &mut errors);
        errors.none_or(()).err().map_or(0, |errors| errors.len())
    }

    #[test]
    fn every_weight_and_grade_stands_once() {
        assert_eq!(errors("nothing", "nothing"), 0);
        assert!(errors("weight,sex,5", "weight,family,5") > 0);
        assert!(errors("weight,sex,5", "weight,shoe,5") > 0);
        assert!(errors("weight,sex,5", "weight,sex,0") > 0);
        assert!(errors("weight,sex,5\n", "") > 0);
        assert!(errors("least,probable,80", "least,probable,40") > 0);
    }
}
