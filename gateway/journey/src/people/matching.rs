//! How well a person fits a description (IHE PDQm 3.2.0, ITI-119). Pure: the weights are `mappings/people/matching.csv`.

use mappings::Matching;
use model::{DateMatch, DateRange, Hl7Time, Identity, Ins, PersonQuery, Sex, TextMatch, folded};

/// A person as described; what is `None` was not said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// A number of theirs: it decides alone whose record is looked at.
    pub number: Option<Ins>,
    /// Birth name, or used name.
    pub family: Option<String>,
    /// Given names, or the first.
    pub given: Option<String>,
    /// Date of birth.
    pub birth_date: Option<Hl7Time>,
    /// Sex.
    pub sex: Option<Sex>,
    /// INSEE code of the place of birth.
    pub birth_place: Option<String>,
}

/// How likely it is the same person (FHIR `match-grade`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Worth a look.
    Possible,
    /// Likely.
    Probable,
    /// The same person.
    Certain,
}

/// A person's likeness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness {
    /// The grade.
    pub grade: Grade,
    /// Hundredths.
    pub score: u32,
}

impl Description {
    /// Each trait that was said, with its weight and whether the person agrees.
    fn compared(&self, identity: &Identity, matching: &Matching) -> Vec<(u32, bool)> {
        let family = self.family.as_deref().map(folded).map(|asked| {
            let used = identity.used_family.as_deref().is_some_and(|used| folded(used) == asked);
            (matching.family, used || folded(&identity.birth_family) == asked)
        });
        let given = self.given.as_deref().map(folded).map(|asked| {
            let word = identity.given.split(' ').next().unwrap_or_default();
            let first = identity.further.first_given.as_deref().unwrap_or(word);
            (
                matching.given,
                [identity.given.as_str(), word, first].into_iter().any(|held| folded(held) == asked),
            )
        });
        let born = self.birth_date.as_ref().map(|asked| (matching.birth_date, *asked == identity.birth_date));
        // What one of the two does not know is no disagreement.
        let sex = self.sex.filter(|asked| *asked != Sex::Unknown && identity.sex != Sex::Unknown);
        let sex = sex.map(|asked| (matching.sex, asked == identity.sex));
        let place = self.birth_place.as_ref().zip(identity.birth_place.as_ref());
        let place = place.map(|(asked, held)| (matching.birth_place, asked == held));
        [family, given, born, sex, place].into_iter().flatten().collect()
    }

    /// How well the person fits, beside others or alone; `None` below every grade. A number that is the person's
    /// is certain if every trait that was said agrees, and nothing at all else. Without a number, certain takes all five
    /// strict traits; that nobody else has them is for the caller of this to see.
    pub fn likeness(&self, identity: &Identity, matching: &Matching) -> Option<Likeness> {
        let compared = self.compared(identity, matching);
        let all = compared.iter().all(|(_, agrees)| *agrees);
        if self.number.is_some() {
            return all.then_some(Likeness { grade: Grade::Certain, score: 100 });
        }
        let asked: u32 = compared.iter().map(|(weight, _)| weight).sum();
        let agreed: u32 = compared.iter().filter(|(_, agrees)| *agrees).map(|(weight, _)| weight).sum();
        let score = (agreed * 100).checked_div(asked)?;
        let grade = match (all && compared.len() == STRICT, score) {
            (true, _) => Grade::Certain,
            (false, score) if score >= matching.probable => Grade::Probable,
            (false, score) if score >= matching.possible => Grade::Possible,
            (false, _) => return None,
        };
        Some(Likeness { grade, score })
    }

    /// The questions whose answers are worth comparing: each pair of name, given name and day of birth.
    pub(super) fn questions(&self) -> Vec<PersonQuery> {
        let text = |value: &Option<String>| -> Vec<Vec<TextMatch>> {
            value.iter().map(|value| vec![TextMatch { value: value.clone(), exact: false }]).collect()
        };
        let born: Vec<Vec<DateMatch>> = self.birth_date.iter().map(|date| vec![day(date)]).collect();
        let (family, given) = (text(&self.family), text(&self.given));
        let pairs = [
            PersonQuery { family: family.clone(), given: given.clone(), ..PersonQuery::default() },
            PersonQuery { family, birth: born.clone(), ..PersonQuery::default() },
            PersonQuery { given, birth: born, ..PersonQuery::default() },
        ];
        pairs.into_iter().filter(|query| query.criteria() == 2 && !query.keys().is_empty()).collect()
    }
}

/// The strict traits of the national identity.
const STRICT: usize = 5;

fn day(date: &Hl7Time) -> DateMatch {
    DateMatch {
        begins: DateRange { from: Some(date.start()), to: None },
        ends: DateRange { from: None, to: Some(date.end()) },
        day: (date.as_str().len() == 8).then(|| date.as_str().to_owned()),
    }
}

/// Certain without a number is one person: several who fit alike are probable.
pub(super) fn settled(mut likenesses: Vec<Likeness>, by_number: bool) -> Vec<Likeness> {
    let certain = likenesses.iter().filter(|one| one.grade == Grade::Certain).count();
    if certain > 1 && !by_number {
        for one in likenesses.iter_mut().filter(|one| one.grade == Grade::Certain) {
            one.grade = Grade::Probable;
        }
    }
    likenesses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            ins: Ins::parse("269072B03304260", "1.2.250.1.213.1.4.10").expect("a sample"),
            birth_family: "CORSE".into(),
            given: "Anna Livia".into(),
            used_family: Some("PLUME".into()),
            birth_date: Hl7Time::parse("19690701").expect("a day"),
            sex: Sex::Female,
            birth_place: Some("2B033".into()),
            card_serial: None,
            email: None,
            further: Box::default(),
        }
    }

    fn described() -> Description {
        Description {
            number: None,
            family: Some("Plume".into()),
            given: Some("anna".into()),
            birth_date: Hl7Time::parse("19690701").ok(),
            sex: Some(Sex::Female),
            birth_place: Some("2B033".into()),
        }
    }

    fn grade(described: &Description) -> Option<Grade> {
        let matching = mappings::Mappings::embedded().expect("the embedded tables").matching;
        described.likeness(&identity(), &matching).map(|likeness| likeness.grade)
    }

    #[test]
    fn five_traits_that_agree_are_certain_and_fewer_are_not() {
        assert_eq!(grade(&described()), Some(Grade::Certain));
        assert_eq!(grade(&Description { birth_place: None, ..described() }), Some(Grade::Probable));
        assert_eq!(grade(&Description { sex: Some(Sex::Male), ..described() }), Some(Grade::Probable));
        assert_eq!(grade(&Description { family: Some("x".into()), ..described() }), Some(Grade::Possible));
        let other = Description { family: Some("x".into()), given: Some("y".into()), ..described() };
        assert_eq!(grade(&Description { birth_date: None, ..other }), None);
        assert_eq!(grade(&Description::default()), None);
    }

    #[test]
    fn a_number_is_certain_or_nothing() {
        let number = Some(identity().ins);
        assert_eq!(
            grade(&Description { number: number.clone(), ..Description::default() }),
            Some(Grade::Certain)
        );
        assert_eq!(grade(&Description { number: number.clone(), ..described() }), Some(Grade::Certain));
        assert_eq!(grade(&Description { number, sex: Some(Sex::Male), ..described() }), None);
    }

    #[test]
    fn two_who_fit_alike_are_not_certain() {
        let twin = Likeness { grade: Grade::Certain, score: 100 };
        assert!(settled(vec![twin, twin], false).iter().all(|one| one.grade == Grade::Probable));
        assert_eq!(settled(vec![twin], false), [twin]);
    }
}
