//! `Content-Type` with parameters, as MTOM senders write it.

/// A media type with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// `type/subtype`, lower case.
    pub essence: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a header value. Values may be quoted or not, and an unquoted one may hold the characters that
    /// boundaries hold (`+ = : ' ( ) /`); what follows a closing quote is skipped up to the next `;`.
    pub fn parse(text: &str) -> Self {
        let (essence, mut rest) = text.split_once(';').unwrap_or((text, ""));
        let mut parameters = Vec::new();
        while parameters.len() < 32 {
            rest = rest.trim_start_matches([';', ' ', '\t', '\r', '\n']);
            let Some((name, after)) = rest.split_once('=') else { break };
            let (value, after) = value(after.trim_start());
            parameters.push((name.trim().to_ascii_lowercase(), value));
            rest = after;
        }
        MediaType { essence: essence.trim().to_ascii_lowercase(), parameters }
    }

    /// The first parameter of this name (lower case).
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that itself is a media type, without that one's parameters.
    pub fn parameter_essence(&self, name: &str) -> Option<String> {
        self.parameter(name).map(|value| MediaType::parse(value).essence)
    }
}

fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_once(';').unwrap_or((text, ""));
        return (value.trim().to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let after = quoted.get(at + 1..).unwrap_or_default();
                return (value, after.split_once(';').map_or("", |(_, rest)| rest));
            }
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_read_quoted_or_not_with_every_legal_character() {
        for boundary in ["uuid:376733a6-6a2d+id=17", "a'b(c)d/e_f,g-h.i:j=k?l", "MIMEBoundary_95b57"] {
            let quoted = format!("Multipart/Related; boundary=\"{boundary}\"; type=\"application/xop+xml\"");
            let bare = format!("multipart/related;type=application/xop+xml;boundary={boundary}");
            for header in [quoted, bare] {
                let media = MediaType::parse(&header);
                assert_eq!(media.essence, "multipart/related");
                assert_eq!(media.parameter("boundary"), Some(boundary), "{header}");
                assert_eq!(media.parameter("type"), Some("application/xop+xml"));
            }
        }
    }

    #[test]
    fn a_start_info_with_escaped_quotes_hides_nothing_behind_it() {
        let media = MediaType::parse(
            r#"multipart/related; start-info="application/soap+xml; action=\"urn:x\""; START="<a@b>""#,
        );
        assert_eq!(media.parameter_essence("start-info").as_deref(), Some("application/soap+xml"));
        assert_eq!(media.parameter("start"), Some("<a@b>"));
        assert_eq!(media.parameter("action"), None);
    }

    #[test]
    fn an_unclosed_quote_ends_with_the_header() {
        assert_eq!(MediaType::parse("a/b; boundary=\"x").parameter("boundary"), Some("x"));
        assert_eq!(MediaType::parse("a/b; boundary=\"x\\").parameter("boundary"), Some("x"));
        assert_eq!(MediaType::parse("").essence, "");
        assert_eq!(MediaType::parse(";;;=;=").parameter(""), Some(""));
    }
}
