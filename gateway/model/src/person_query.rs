//! A question for people by their traits (IHE ITI PDQm, ITI-78), and what people are indexed by to answer it.

use unicode_normalization::UnicodeNormalization as _;

use crate::{DateRange, Identity, Moment, Sex};

/// Letters of a name that an index knows: a shorter beginning is no criterion to look people up by.
pub const INDEXED_LETTERS: usize = 3;

/// A text to look for: at the start of a name, whatever the case and the accents; or exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMatch {
    /// What was given.
    pub value: String,
    /// `:exact`: the whole name, case and accents included.
    pub exact: bool,
}

/// A time to look for: where the date's first moment, and its last, must lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateMatch {
    /// The first moment.
    pub begins: DateRange,
    /// The last moment.
    pub ends: DateRange,
    /// The day as eight digits, when exactly one day is asked for.
    pub day: Option<String>,
}

/// Criteria: every group must be met, by one of its alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonQuery {
    /// Birth name or used name.
    pub family: Vec<Vec<TextMatch>>,
    /// Any given name.
    pub given: Vec<Vec<TextMatch>>,
    /// Date of birth.
    pub birth: Vec<Vec<DateMatch>>,
    /// Sex; `None` stands for a code that nobody has here.
    pub sex: Vec<Vec<Option<Sex>>>,
    /// Any part of an address.
    pub address: Vec<Vec<TextMatch>>,
    /// City.
    pub city: Vec<Vec<TextMatch>>,
    /// Postal code.
    pub postal_code: Vec<Vec<TextMatch>>,
    /// Region.
    pub state: Vec<Vec<TextMatch>>,
    /// Country.
    pub country: Vec<Vec<TextMatch>>,
    /// A telephone number or an address of electronic mail, whole.
    pub telecom: Vec<Vec<String>>,
    /// The mother's maiden name.
    pub mothers_maiden_name: Vec<Vec<TextMatch>>,
}

/// What an index knows of a trait.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TraitKey {
    /// The first letters of a family name.
    Family(String),
    /// The first letters of a given name.
    Given(String),
    /// The day of birth, eight digits.
    BirthDay(String),
}

impl TraitKey {
    /// The stable name of what is indexed.
    pub const fn kind(&self) -> &'static str {
        match self {
            TraitKey::Family(_) => "family",
            TraitKey::Given(_) => "given",
            TraitKey::BirthDay(_) => "birth-day",
        }
    }

    /// The value.
    pub fn value(&self) -> &str {
        match self {
            TraitKey::Family(value) | TraitKey::Given(value) | TraitKey::BirthDay(value) => value,
        }
    }

    /// What a person is indexed by. Every query that admits the person has its keys among these.
    pub fn of(identity: &Identity) -> Vec<TraitKey> {
        let start = |name: &str| prefix(name, INDEXED_LETTERS);
        let families =
            families(identity).into_iter().flat_map(words).map(|name| TraitKey::Family(start(&name)));
        let given = givens(identity).into_iter().flat_map(words).map(|name| TraitKey::Given(start(&name)));
        let mut keys: Vec<TraitKey> = families.chain(given).collect();
        if identity.birth_date.as_str().len() == 8 {
            keys.push(TraitKey::BirthDay(identity.birth_date.as_str().to_owned()));
        }
        keys.retain(|key| !key.value().is_empty());
        keys.sort();
        keys.dedup();
        keys
    }
}

impl PersonQuery {
    /// How many criteria there are.
    pub fn criteria(&self) -> usize {
        let texts = [
            &self.family,
            &self.given,
            &self.address,
            &self.city,
            &self.postal_code,
            &self.state,
            &self.country,
            &self.mothers_maiden_name,
        ];
        let texts: usize = texts.iter().map(|groups| groups.len()).sum();
        texts + self.birth.len() + self.sex.len() + self.telecom.len()
    }

    /// The groups of keys that people can be looked up by: one of each group must be indexed.
    pub fn keys(&self) -> Vec<Vec<TraitKey>> {
        let name = |make: fn(String) -> TraitKey| {
            move |group: &Vec<TextMatch>| -> Option<Vec<TraitKey>> {
                group.iter().map(|text| indexed(&text.value).map(make)).collect()
            }
        };
        let families = self.family.iter().filter_map(name(TraitKey::Family));
        let given = self.given.iter().filter_map(name(TraitKey::Given));
        let births = self.birth.iter().filter_map(|group| {
            group.iter().map(|date| date.day.clone().map(TraitKey::BirthDay)).collect::<Option<Vec<_>>>()
        });
        families.chain(given).chain(births).collect()
    }

    /// True if the person meets every criterion.
    pub fn admits(&self, identity: &Identity) -> bool {
        let further = &identity.further;
        let part = |of: fn(&crate::PostalAddress) -> Vec<&str>| -> Vec<&str> {
            further.addresses.iter().flat_map(of).collect()
        };
        let maiden: Vec<&str> = further.mothers_maiden_name.as_deref().into_iter().collect();
        texts(&self.family, &families(identity))
            && texts(&self.given, &givens(identity))
            && texts(&self.mothers_maiden_name, &maiden)
            && texts(&self.address, &part(|address| address.parts()))
            && texts(&self.city, &part(|address| address.city.as_deref().into_iter().collect()))
            && texts(&self.postal_code, &part(|address| address.postal_code.as_deref().into_iter().collect()))
            && texts(&self.state, &part(|address| address.state.as_deref().into_iter().collect()))
            && texts(&self.country, &part(|address| address.country.as_deref().into_iter().collect()))
            && self.birth.iter().all(|group| group.iter().any(|date| date.admits(identity)))
            && self.sex.iter().all(|group| group.contains(&Some(identity.sex)))
            && self.telecom.iter().all(|group| {
                group
                    .iter()
                    .any(|asked| further.telecoms.iter().any(|held| number(&held.value) == number(asked)))
            })
    }
}

impl DateMatch {
    fn admits(&self, identity: &Identity) -> bool {
        let last = Moment(identity.birth_date.end().0.saturating_sub(1));
        holds(&self.begins, identity.birth_date.start()) && holds(&self.ends, last)
    }
}

fn holds(range: &DateRange, at: Moment) -> bool {
    range.from.is_none_or(|from| from <= at) && range.to.is_none_or(|to| at < to)
}

fn texts(groups: &[Vec<TextMatch>], held: &[&str]) -> bool {
    groups.iter().all(|group| group.iter().any(|asked| held.iter().any(|held| asked.admits(held))))
}

impl TextMatch {
    fn admits(&self, held: &str) -> bool {
        if self.exact {
            return held == self.value;
        }
        let asked = folded(&self.value);
        !asked.is_empty() && words(held).iter().any(|start| start.starts_with(&asked))
    }
}

fn families(identity: &Identity) -> Vec<&str> {
    std::iter::once(identity.birth_family.as_str()).chain(identity.used_family.as_deref()).collect()
}

fn givens(identity: &Identity) -> Vec<&str> {
    std::iter::once(identity.given.as_str()).chain(identity.further.first_given.as_deref()).collect()
}

/// A name from each of its words on, folded: `Anna Livia` is found by `annal…` and by `livia`.
fn words(name: &str) -> Vec<String> {
    let mut from = Vec::new();
    let mut rest = name;
    loop {
        let start = folded(rest);
        if !start.is_empty() {
            from.push(start);
        }
        match rest.find([' ', '-', '\'', '’']).and_then(|at| rest.get(at..)) {
            Some(tail) => rest = tail.trim_start_matches([' ', '-', '\'', '’']),
            None => return from,
        }
    }
}

fn indexed(name: &str) -> Option<String> {
    let start = prefix(&folded(name), INDEXED_LETTERS);
    (start.chars().count() == INDEXED_LETTERS).then_some(start)
}

fn prefix(folded: &str, letters: usize) -> String {
    folded.chars().take(letters).collect()
}

/// Lower case without accents, spaces and punctuation: `D’Été-Œuf` is `deteoeuf`.
pub fn folded(text: &str) -> String {
    let plain = text.nfkd().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric());
    let mut out = String::with_capacity(text.len());
    for character in plain {
        match character {
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            other => out.push(other),
        }
    }
    out
}

/// A telephone number by its digits, an address of electronic mail in lower case.
fn number(text: &str) -> String {
    if text.contains('@') {
        return text.trim().to_lowercase();
    }
    text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

#[cfg(test)]
mod tests;
