//! What a message to a person says (French and English), as data.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Language;
use crate::files::Sources;
use crate::table::{self, Errors};
use crate::template::Template;

const FILE: &str = "notices.toml";

/// The messages, by the names that the journey gives them.
const NAMES: [&str; 8] = [
    "deposited",
    "replaced",
    "amended",
    "first-access",
    "access",
    "emergency",
    "handshake",
    "activation-code",
];

/// What a text may name; a code besides where codes are sent.
const HOLES: [&str; 6] = ["who", "structure", "mode", "reason", "date", "link"];

/// The texts of the messages.
#[derive(Debug)]
pub struct NoticeTexts(Vec<Entry>);

#[derive(Debug, Default)]
struct Entry {
    french: Letter,
    english: Letter,
}

#[derive(Debug, Default)]
struct Letter {
    subject: String,
    body: Template,
}

/// One message, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeText {
    /// The subject: the same for everybody.
    pub subject: String,
    /// The body.
    pub body: String,
}

impl NoticeTexts {
    pub(crate) fn load(sources: &Sources, errors: &mut Errors) -> Self {
        let text = sources.text(FILE);
        table::head(FILE, text, errors);
        let (tables, wrong) = DeTable::parse_recoverable(text);
        for error in wrong {
            errors.add(FILE, line_of(text, error.span()), error.message().to_owned());
        }
        for (name, _) in tables.get_ref() {
            if !NAMES.contains(&name.get_ref().as_ref()) {
                let line = line_of(text, Some(name.span()));
                errors.add(FILE, line, format!("there is no message `{}`", name.get_ref()));
            }
        }
        let entry = |name: &&str| match tables.get_ref().get(*name) {
            Some(value) => Reader { name, text, value, errors }.entry(),
            None => {
                errors.add(FILE, 0, format!("the message `{name}` has no text"));
                Entry::default()
            }
        };
        NoticeTexts(NAMES.iter().map(entry).collect())
    }

    /// The message of this name, its holes filled; `None` if there is none of the name.
    pub fn text<'a>(
        &self,
        name: &str,
        language: Language,
        value: impl Fn(&str) -> Option<&'a str>,
    ) -> Option<NoticeText> {
        let entry = self.0.get(NAMES.iter().position(|known| *known == name)?)?;
        let letter = match language {
            Language::French => &entry.french,
            Language::English => &entry.english,
        };
        let body = letter.body.fill(value).trim().to_owned() + "\n";
        Some(NoticeText { subject: letter.subject.clone(), body })
    }
}

/// Reads one entry; what is wrong is noted, and the file then not used.
struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    value: &'a Spanned<DeValue<'a>>,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn entry(mut self) -> Entry {
        let empty = DeTable::new();
        let table = self.value.get_ref().as_table().unwrap_or(&empty);
        for (key, _) in table {
            if !["fr", "fr_subject", "en", "en_subject"].contains(&key.get_ref().as_ref()) {
                self.wrong(format!("unknown key `{}`", key.get_ref()));
            }
        }
        Entry {
            french: self.letter(table, "fr", "fr_subject"),
            english: self.letter(table, "en", "en_subject"),
        }
    }

    fn letter(&mut self, table: &DeTable<'_>, body: &str, subject: &str) -> Letter {
        let text = |key: &str| {
            let value = table.get(key).and_then(|value| value.get_ref().as_str());
            value.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let Some(line) = text(subject).filter(|line| !line.contains(['{', '[', '\n', '\r'])) else {
            self.wrong(format!("`{subject}` is one line without placeholder"));
            return Letter::default();
        };
        let holes: Vec<&str> =
            HOLES.into_iter().chain((self.name == "activation-code").then_some("code")).collect();
        let parsed = text(body).ok_or_else(|| "missing".to_owned());
        match parsed.and_then(|text| Template::with_only(&text, &holes)) {
            Ok(body) => Letter { subject: line, body },
            Err(reason) => {
                self.wrong(format!("`{body}`: {reason}"));
                Letter::default()
            }
        }
    }

    fn wrong(&mut self, reason: String) {
        self.errors.add(
            FILE,
            line_of(self.text, Some(self.value.span())),
            format!("{}: {reason}", self.name),
        );
    }
}

fn line_of(text: &str, span: Option<std::ops::Range<usize>>) -> usize {
    let before = span.and_then(|span| text.get(..span.start));
    before.map_or(0, |before| before.bytes().filter(|byte| *byte == b'\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(text: &str) -> Result<NoticeTexts, usize> {
        let mut sources = Sources::embedded();
        sources.replace(FILE, text.to_owned());
        let mut errors = Errors::default();
        let texts = NoticeTexts::load(&sources, &mut errors);
        errors.none_or(texts).map_err(|errors| errors.len())
    }

    fn embedded() -> String {
        Sources::embedded().text(FILE).to_owned()
    }

    #[test]
    fn every_message_has_both_languages_and_no_hole_shows() {
        let texts = loaded(&embedded()).unwrap();
        for name in NAMES {
            for language in [Language::French, Language::English] {
                let bare = texts.text(name, language, |_| None).unwrap();
                let full = texts.text(name, language, |_| Some("VALUE")).unwrap();
                assert!(!bare.subject.is_empty() && !bare.body.contains(['{', '[']), "{name}");
                assert!(full.body.contains("VALUE") && !full.subject.contains("VALUE"), "{name}");
            }
        }
        assert!(texts.text("nothing", Language::French, |_| None).is_none());
    }

    #[test]
    fn a_text_cannot_name_a_document_a_type_or_a_code() {
        for (from, to) in [
            ("{who}", "{document}"),
            ("{who}", "{type}"),
            ("{who}", "{code}"),
            ("Un document a été ajouté à votre dossier\"", "[{who}]\""),
        ] {
            let text = embedded();
            assert!(text.contains(from));
            assert!(loaded(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
        assert!(loaded(&embedded().replace("[handshake]", "[greeting]")).is_err());
    }
}
