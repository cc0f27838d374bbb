//! What the affinity domain demands of metadata beyond IHE: cardinalities, lengths, patterns, fixed values, as data.
//!
//! One generic check (`journey`) applies them; nothing national stands in a validator.

use regex_lite::Regex;

use crate::files::Sources;
use crate::table::{self, Errors};

const FILE: &str = "constraints/metadata.csv";
const COLUMNS: [&str; 10] =
    ["object", "attribute", "applies", "transactions", "min", "max", "longest", "pattern", "one_of", "basis"];
/// Characters of a pattern: a file of an operator costs a bounded time.
const LONGEST_PATTERN: usize = 200;

/// An object of a submission that is constrained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constrained {
    /// The submission set.
    Set,
    /// A document entry.
    Entry,
    /// A folder.
    Folder,
}

/// To which entries a constraint applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Whatever the object is.
    All,
    /// An entry that is not the signature of its set.
    Document,
    /// The entry that signs its set.
    Signature,
}

// A macro, because variant, wire name and place in `ALL` must never drift apart.
macro_rules! attributes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// An attribute of XDS metadata that can be constrained (IHE ITI TF-3 §4.2.3).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Attribute { $($(#[$doc])* $variant,)* }

        impl Attribute {
            /// Every attribute.
            pub const ALL: &'static [Attribute] = &[$(Attribute::$variant,)*];

            /// Its name in the data and in locations.
            pub const fn name(self) -> &'static str {
                match self { $(Attribute::$variant => $name,)* }
            }
        }
    };
}

attributes! {
    /// author.authorInstitution, one value an institution.
    AuthorInstitution = "authorInstitution",
    /// author.authorPerson.
    AuthorPerson = "authorPerson",
    /// author.authorRole.
    AuthorRole = "authorRole",
    /// author.authorSpecialty.
    AuthorSpecialty = "authorSpecialty",
    /// classCode.
    ClassCode = "classCode",
    /// The codes of a folder.
    CodeList = "codeList",
    /// comments.
    Comments = "comments",
    /// confidentialityCode.
    ConfidentialityCode = "confidentialityCode",
    /// contentTypeCode of a set.
    ContentTypeCode = "contentTypeCode",
    /// creationTime.
    CreationTime = "creationTime",
    /// eventCodeList.
    EventCodeList = "eventCodeList",
    /// formatCode.
    FormatCode = "formatCode",
    /// hash.
    Hash = "hash",
    /// healthcareFacilityTypeCode.
    FacilityType = "healthcareFacilityTypeCode",
    /// intendedRecipient of a set.
    IntendedRecipient = "intendedRecipient",
    /// languageCode.
    LanguageCode = "languageCode",
    /// legalAuthenticator.
    LegalAuthenticator = "legalAuthenticator",
    /// mimeType.
    MimeType = "mimeType",
    /// practiceSettingCode.
    PracticeSetting = "practiceSettingCode",
    /// The type (CXi.5) of each of referenceIdList.
    ReferenceIdType = "referenceIdType",
    /// serviceStartTime.
    ServiceStart = "serviceStartTime",
    /// serviceStopTime.
    ServiceStop = "serviceStopTime",
    /// The documents that sign a set.
    Signature = "signature",
    /// size.
    Size = "size",
    /// sourcePatientId.
    SourcePatientId = "sourcePatientId",
    /// submissionTime of a set.
    SubmissionTime = "submissionTime",
    /// title.
    Title = "title",
    /// typeCode.
    TypeCode = "typeCode",
    /// uniqueId.
    UniqueId = "uniqueId",
}

/// One demand on one attribute.
#[derive(Debug)]
pub struct Constraint {
    /// The object.
    pub object: Constrained,
    /// The attribute.
    pub attribute: Attribute,
    /// To which entries.
    pub applies: Applies,
    /// How many values at least.
    pub min: usize,
    /// How many values at most.
    pub max: Option<usize>,
    /// Characters of one value at most.
    pub longest: Option<usize>,
    /// What a value must be, from its first to its last character.
    pub pattern: Option<Regex>,
    /// The values that are allowed; empty when any is.
    pub one_of: Vec<String>,
    /// What the demand rests on, shown to the depositor.
    pub basis: String,
    transactions: Vec<String>,
}

impl Constraint {
    /// True if it is asked in this transaction (`ITI-41`…).
    pub fn asked_in(&self, transaction: &str) -> bool {
        self.transactions.is_empty() || self.transactions.iter().any(|one| one == transaction)
    }
}

/// Every constraint, in the order of the file.
#[derive(Debug)]
pub struct Constraints(Vec<Constraint>);

impl Constraints {
    /// Those of an object in a transaction, in the order of the file.
    pub fn of<'a>(
        &'a self,
        object: Constrained,
        transaction: &'a str,
    ) -> impl Iterator<Item = &'a Constraint> {
        self.0.iter().filter(move |one| one.object == object && one.asked_in(transaction))
    }

    /// How many signatures a set carries at least and at most, in every transaction.
    pub fn signatures(&self) -> (usize, Option<usize>) {
        let rows = self.0.iter().filter(|one| one.attribute == Attribute::Signature);
        rows.fold((0, None), |(min, max), row| {
            let max = match (max, row.max) {
                (Some(one), Some(other)) => Some(std::cmp::min(one, other)),
                (one, other) => one.or(other),
            };
            (min.max(row.min), max)
        })
    }

    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let (_, lines) = table::read(FILE, sources.text(FILE), COLUMNS, errors);
        let mut constraints = Vec::new();
        for (line, cells) in lines {
            match read(cells) {
                Ok(constraint) => constraints.push(constraint),
                Err(reason) => errors.add(FILE, line, reason),
            }
        }
        Constraints(constraints)
    }
}

fn read(cells: [String; 10]) -> Result<Constraint, String> {
    let [object, attribute, applies, transactions, min, max, longest, pattern, one_of, basis] = cells;
    let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let constraint = Constraint {
        object: match object.as_str() {
            "set" => Constrained::Set,
            "entry" => Constrained::Entry,
            "folder" => Constrained::Folder,
            _ => return Err(format!("unknown object `{object}`: set, entry or folder")),
        },
        attribute: *Attribute::ALL
            .iter()
            .find(|known| known.name() == attribute)
            .ok_or_else(|| format!("unknown attribute `{attribute}`"))?,
        applies: match applies.as_str() {
            "all" => Applies::All,
            "document" => Applies::Document,
            "signature" => Applies::Signature,
            _ => return Err(format!("unknown `{applies}`: all, document or signature")),
        },
        min: number(&min)?.unwrap_or(0),
        max: number(&max)?,
        longest: number(&longest)?,
        pattern: whole(&pattern)?,
        one_of: words(&one_of),
        basis,
        transactions: words(&transactions),
    };
    if constraint.max.is_some_and(|max| max < constraint.min) {
        return Err("max is less than min".to_owned());
    }
    if constraint.basis.is_empty() {
        return Err("the demand does not say what it rests on (basis)".to_owned());
    }
    Ok(constraint)
}

fn number(text: &str) -> Result<Option<usize>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse::<u16>().map(|number| Some(usize::from(number))).map_err(|_| format!("`{text}` is no number"))
}

/// A pattern of a whole value.
fn whole(pattern: &str) -> Result<Option<Regex>, String> {
    if pattern.is_empty() {
        return Ok(None);
    }
    if pattern.chars().count() > LONGEST_PATTERN {
        return Err(format!("a pattern of more than {LONGEST_PATTERN} characters"));
    }
    Regex::new(&format!("^(?:{pattern})$"))
        .map(Some)
        .map_err(|_| format!("`{pattern}` is no regular expression"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> [String; 10] {
        let cells: Vec<String> = text.split(',').map(str::to_owned).collect();
        cells.try_into().expect("ten cells")
    }

    #[test]
    fn what_a_line_cannot_say_is_refused() {
        for (line, reason) in [
            ("list,title,all,,,,,,,b", "unknown object `list`"),
            ("set,colour,all,,,,,,,b", "unknown attribute `colour`"),
            ("set,title,some,,,,,,,b", "unknown `some`"),
            ("set,title,all,,-1,,,,,b", "`-1` is no number"),
            ("set,title,all,,2,1,,,,b", "max is less than min"),
            ("set,title,all,,,,,(,,b", "`(` is no regular expression"),
            ("set,title,all,,1,,,,,", "does not say what it rests on"),
        ] {
            let error = read(cells(line)).expect_err(line);
            assert!(error.contains(reason), "{line}: {error}");
        }
    }

    #[test]
    fn a_pattern_is_of_the_whole_value() {
        let constraint =
            read(cells("set,submissionTime,all,ITI-41 ITI-42,1,1,,[0-9]{14},,b")).expect("a line");
        let pattern = constraint.pattern.as_ref().expect("a pattern");
        assert!(pattern.is_match("20261128170000") && !pattern.is_match("20261128170000\n"));
        assert!(!pattern.is_match("202611281700001") && !pattern.is_match(" 20261128170000"));
        assert!(constraint.asked_in("ITI-42") && !constraint.asked_in("ITI-65"));
    }
}
