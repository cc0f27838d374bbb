//! The headers of one part: folded lines, any letter case, bounded.

use crate::{Fault, Limits};

/// The headers of a part, names in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Reads headers up to the blank line; gives them with the offset at which the content starts.
    pub(crate) fn read(part: &[u8], limits: &Limits) -> Result<(Self, usize), Fault> {
        let mut lines: Vec<String> = Vec::new();
        let mut at = 0;
        loop {
            let rest = part.get(at..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            let (line, taken) = line(rest, limits.header_line)?;
            at += taken;
            if line.is_empty() {
                break;
            }
            match lines.last_mut() {
                Some(last) if line.starts_with([' ', '\t']) => {
                    last.push(' ');
                    last.push_str(line.trim_start());
                    if last.len() > limits.header_line {
                        return Err(line_too_long());
                    }
                }
                _ => lines.push(line.to_owned()),
            }
            if lines.len() > limits.headers {
                return Err(Fault::unreadable(
                    format!("une partie MIME a plus de {} en-têtes", limits.headers),
                    format!("a MIME part has more than {} headers", limits.headers),
                ));
            }
        }
        let named: Option<Vec<_>> = lines.iter().map(|line| split(line)).collect();
        match named {
            Some(named) => Ok((Headers(named), at)),
            None => Err(Fault::unreadable(
                "en-tête de partie MIME illisible : « nom: valeur » attendu",
                "unreadable header of a MIME part: expected \"name: value\"",
            )),
        }
    }

    /// The first header of this name (lower case).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

fn split(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let token = !name.is_empty() && name.bytes().all(|c| c.is_ascii_graphic());
    token.then(|| (name.to_ascii_lowercase(), value.trim().to_owned()))
}

/// The first line without its end, and how many bytes it takes with it.
fn line(rest: &[u8], limit: usize) -> Result<(&str, usize), Fault> {
    let window = rest.get(..rest.len().min(limit.saturating_add(2))).unwrap_or_default();
    let (line, taken) = match window.iter().position(|byte| *byte == b'\n') {
        Some(end) => (window.get(..end).unwrap_or_default(), end + 1),
        None if window.len() == rest.len() && rest.len() <= limit => (rest, rest.len()),
        None => return Err(line_too_long()),
    };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > limit {
        return Err(line_too_long());
    }
    match std::str::from_utf8(line) {
        Ok(line) => Ok((line, taken)),
        Err(_) => Err(Fault::unreadable(
            "en-tête de partie MIME qui n'est pas du texte",
            "a header of a MIME part is not text",
        )),
    }
}

/// A header longer than is read.
pub(super) fn line_too_long() -> Fault {
    Fault::unreadable("en-tête de partie MIME trop long", "a header of a MIME part is too long")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_and_any_letter_case_are_read() {
        let text = b"CONTENT-type: text/xml;\r\n\tcharset=utf-8\nContent-Id : <a@b>\r\n\r\nbody";
        let (headers, at) = Headers::read(text, &Limits::default()).expect("headers");
        assert_eq!(headers.get("content-type"), Some("text/xml; charset=utf-8"));
        assert_eq!(headers.get("content-id"), Some("<a@b>"));
        assert_eq!(&text[at..], b"body");
    }

    #[test]
    fn long_lines_many_headers_and_noise_are_refused() {
        let long = format!("a: {}\r\n\r\n", "x".repeat(1 << 20));
        let folded = format!("a: b\r\n{}\r\n", " xxxxxxxxxxxxxxx\r\n".repeat(1000));
        let many = "a: b\r\n".repeat(33);
        for bad in
            [long.as_bytes(), folded.as_bytes(), many.as_bytes(), b"no colon\r\n\r\n", b"\xff: a\r\n\r\n"]
        {
            assert!(Headers::read(bad, &Limits::default()).is_err());
        }
    }
}
