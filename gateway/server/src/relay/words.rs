//! The words of a message: the texts of `mappings/notices.toml`, filled with who, when and in which mode.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use journey::{Message, Notice};
use mappings::{Language, Mappings, NoticeText};
use model::Moment;

/// The longest name shown, characters.
const LONGEST: usize = 120;

/// What messages say.
#[derive(Debug, Clone)]
pub struct Words {
    /// The texts.
    pub mappings: Arc<Mappings>,
    /// In which language.
    pub language: Language,
    /// Where people sign in.
    pub link: Option<String>,
}

impl Words {
    /// A message of the outbox that goes out, with the date of what happened.
    pub(super) fn message(&self, message: &Message, at: Moment) -> Option<NoticeText> {
        match message {
            Message::Notice(notice) => self.notice(notice, at),
            Message::Code(code) => {
                let date = self.date(code.until);
                self.filled("activation-code", |name| match name {
                    "code" => Some(code.code.as_str()),
                    "date" => Some(&date),
                    _ => None,
                })
            }
        }
    }

    /// The greeting of an address that was subscribed.
    pub(super) fn handshake(&self) -> Option<NoticeText> {
        self.filled("handshake", |_| None)
    }

    fn notice(&self, notice: &Notice, at: Moment) -> Option<NoticeText> {
        let (who, date) = (plain(&notice.who), self.date(at));
        let structure = notice.structure.as_deref().map(plain);
        let reason = notice.reason.as_deref().map(plain);
        self.filled(notice.kind.name(), |name| match name {
            "who" => Some(who.as_str()),
            "structure" => structure.as_deref(),
            "mode" => self.mode(&notice.mode),
            "reason" => reason.as_deref(),
            "date" => Some(date.as_str()),
            _ => None,
        })
    }

    fn filled<'a>(&'a self, name: &str, value: impl Fn(&str) -> Option<&'a str>) -> Option<NoticeText> {
        let with_link = |hole: &str| if hole == "link" { self.link.as_deref() } else { value(hole) };
        self.mappings.notices.text(name, self.language, with_link)
    }

    fn mode(&self, code: &str) -> Option<&'static str> {
        match (code, self.language) {
            ("bris_de_glace", Language::French) => Some("bris de glace"),
            ("bris_de_glace", Language::English) => Some("break-glass"),
            ("centre_15", Language::French) => Some("centre 15"),
            ("centre_15", Language::English) => Some("emergency call centre"),
            _ => None,
        }
    }

    /// Day and minute in Paris, with the offset; in UTC where there is no time zone data.
    fn date(&self, at: Moment) -> String {
        let instant = Timestamp::from_microsecond(at.0).unwrap_or_default();
        let zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
        let form = match self.language {
            Language::French => "%d/%m/%Y à %H:%M (UTC%:z)",
            Language::English => "%Y-%m-%d %H:%M (UTC%:z)",
        };
        instant.to_zoned(zone).strftime(form).to_string()
    }
}

/// One line, without control characters, of a bounded length.
fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(LONGEST).collect()
}
