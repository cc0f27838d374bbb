//! What of a large document stage G looks at while its bytes flow past: enough to tell its media type, and, of an
//! XML document, everything but the long base64 in it. Bounded, whatever the size of the document.
//!
//! An outline gives every check the answer that the whole document would give. Of base64, only whole groups of four
//! characters are left out, so that the rest decodes if and only if the whole does; where the base64 is itself a plain
//! text, nothing is left out, because every byte of a plain text is looked at.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::media;

/// Bytes of a binary document that tell its type, and of a text that stand for it.
const HEAD: usize = 4096;

/// Characters of base64 that are kept before the rest is left out; a multiple of four.
const KEPT: usize = 64 * 1024;

/// The outline of one document, in the making.
pub(crate) enum Outline {
    /// A type told by its first bytes.
    Head(Vec<u8>),
    /// A plain text: its head, and the first bytes that no plain text has.
    Text(PlainText),
    /// XML.
    Xml(Xml),
}

impl Outline {
    /// For a document of this media type.
    pub(crate) fn of(mime: &str) -> Self {
        if media::is_xml(mime) {
            Outline::Xml(Xml::default())
        } else if mime.eq_ignore_ascii_case("text/plain") {
            Outline::Text(PlainText::default())
        } else {
            Outline::Head(Vec::new())
        }
    }

    /// The next bytes of the document.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        match self {
            Outline::Head(head) => {
                head.extend(bytes.iter().take(HEAD.saturating_sub(head.len())));
            }
            Outline::Text(text) => text.add(bytes),
            Outline::Xml(xml) => bytes.iter().for_each(|byte| xml.add(*byte)),
        }
    }

    /// Bytes that it takes now.
    pub(crate) fn len(&self) -> usize {
        match self {
            Outline::Head(head) => head.len(),
            Outline::Text(text) => text.head.len(),
            Outline::Xml(xml) => xml.out.len(),
        }
    }

    /// The outline of the whole document.
    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            Outline::Head(head) => head,
            Outline::Text(text) => text.finish(),
            Outline::Xml(mut xml) => {
                xml.end_run();
                xml.out
            }
        }
    }
}

/// A plain text: UTF-8 without a null byte, or what shows that it is none.
#[derive(Default)]
pub(crate) struct PlainText {
    head: Vec<u8>,
    /// A character whose end is still to come.
    begun: Vec<u8>,
    refuted: bool,
}

impl PlainText {
    fn add(&mut self, bytes: &[u8]) {
        if self.refuted {
            return;
        }
        let joined = [self.begun.as_slice(), bytes].concat();
        self.begun.clear();
        let mut refuted = None;
        let valid = match std::str::from_utf8(&joined) {
            Ok(_) => joined.len(),
            Err(error) => {
                let (valid, rest) = joined.split_at_checked(error.valid_up_to()).unwrap_or((&joined, &[]));
                match error.error_len() {
                    None => self.begun = rest.to_vec(),
                    Some(length) => refuted = Some(rest.get(..length).unwrap_or(rest).to_vec()),
                }
                valid.len()
            }
        };
        let text = joined.get(..valid).unwrap_or_default();
        if text.contains(&0) {
            refuted = Some(vec![0]);
        }
        if self.head.len() < HEAD {
            let room = HEAD.saturating_sub(self.head.len()).min(text.len());
            // A character is not cut: up to three bytes more.
            let end = (room..text.len()).find(|at| is_boundary(text, *at)).unwrap_or(text.len());
            self.head.extend_from_slice(text.get(..end).unwrap_or_default());
        }
        if let Some(by) = refuted {
            self.refute(&by);
        }
    }

    fn refute(&mut self, by: &[u8]) {
        if !self.refuted {
            self.refuted = true;
            self.head.extend_from_slice(by);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let begun = std::mem::take(&mut self.begun);
        if !begun.is_empty() {
            self.refute(&begun);
        }
        self.head
    }
}

fn is_boundary(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)
}

/// XML without the middle of its long base64.
#[derive(Default)]
pub(crate) struct Xml {
    out: Vec<u8>,
    in_markup: bool,
    run: Run,
    /// Base64 characters of the run so far.
    characters: usize,
    /// Where the run begins in `out`.
    began: usize,
    /// The last group of a run that is left out.
    group: Vec<u8>,
}

/// What happens to a run of base64 characters and white space between two tags.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Run {
    /// Not long yet.
    #[default]
    Counted,
    /// Long, and left out.
    LeftOut,
    /// Long, and kept: a plain text.
    Kept,
}

impl Xml {
    fn add(&mut self, byte: u8) {
        if self.in_markup {
            self.out.push(byte);
            self.in_markup = byte != b'>';
            self.began = self.out.len();
            return;
        }
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => self.character(byte),
            b' ' | b'\t' | b'\r' | b'\n' => {
                if self.run != Run::LeftOut {
                    self.out.push(byte);
                }
            }
            other => {
                self.end_run();
                self.out.push(other);
                self.in_markup = other == b'<';
                self.began = self.out.len();
            }
        }
    }

    fn character(&mut self, byte: u8) {
        if self.run == Run::LeftOut {
            if self.group.len() == 4 {
                self.group.clear();
            }
            self.group.push(byte);
            return;
        }
        self.out.push(byte);
        self.characters += 1;
        if self.run == Run::Counted && self.characters == KEPT {
            self.run = if self.is_plain_text() { Run::Kept } else { Run::LeftOut };
        }
    }

    fn end_run(&mut self) {
        self.out.append(&mut self.group);
        self.run = Run::Counted;
        self.characters = 0;
    }

    /// True if the run, decoded, reads as text that is nothing else.
    fn is_plain_text(&self) -> bool {
        let run = self.out.get(self.began..).unwrap_or_default();
        let dense: Vec<u8> = run.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let Ok(decoded) = STANDARD.decode(dense) else { return false };
        let other = [b"%PDF-".as_slice(), b"{\\rtf"].iter().any(|start| decoded.starts_with(start));
        let valid = match std::str::from_utf8(&decoded) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none(),
        };
        valid && !other && !decoded.contains(&0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlined(mime: &str, bytes: &[u8], piece: usize) -> Vec<u8> {
        let mut outline = Outline::of(mime);
        bytes.chunks(piece).for_each(|bytes| outline.add(bytes));
        outline.finish()
    }

    fn cda(body: &[u8]) -> String {
        let text = STANDARD.encode(body);
        let lines: Vec<&str> =
            text.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("<a><b c=\"d > e\">{}\r\n</b>text</a>", lines.join("\r\n"))
    }

    fn decoded(xml: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(xml).ok()?;
        let (_, after) = text.split_once("e\">")?;
        let (inside, rest) = after.split_once('<')?;
        assert_eq!(rest, "/b>text</a>");
        STANDARD.decode(inside.split_ascii_whitespace().collect::<String>()).ok()
    }

    #[test]
    fn long_base64_is_left_out_and_what_is_left_decodes_as_the_whole_would() {
        for length in [300_000, 300_001, 300_002] {
            let pdf: Vec<u8> =
                b"%PDF-1.7 \xE2".iter().copied().chain((0..length).map(|n| (n % 251) as u8)).collect();
            let whole = cda(&pdf);
            for piece in [1000, 65_536, usize::MAX] {
                let outline = outlined("text/xml", whole.as_bytes(), piece.min(whole.len()));
                assert!(outline.len() < 80_000, "{}", outline.len());
                let left = decoded(&outline).expect("base64");
                assert!(left.starts_with(b"%PDF-1.7"));
                assert_eq!(left.len() % 3, pdf.len() % 3);
            }
            // One character more and the base64 is none any more, in the whole as in its outline.
            let broken = whole.replacen("\r\n</b>", "A\r\n</b>", 1);
            assert_eq!(decoded(&outlined("text/xml", broken.as_bytes(), 4096)), None);
        }
    }

    #[test]
    fn base64_of_a_plain_text_and_everything_short_stay_whole() {
        let text = "é ".repeat(100_000);
        let whole = cda(text.as_bytes());
        assert_eq!(outlined("text/xml", whole.as_bytes(), 777), whole.as_bytes());
        let short = cda(b"%PDF-1.7 short");
        assert_eq!(outlined("text/xml", short.as_bytes(), 7), short.as_bytes());
    }

    #[test]
    fn a_plain_text_is_told_from_what_is_none_wherever_it_shows() {
        let sound = "é".repeat(10_000);
        let outline = outlined("text/plain", sound.as_bytes(), 333);
        assert!(outline.len() < 5000 && std::str::from_utf8(&outline).is_ok());
        let odd = [sound.as_bytes(), &[0xC3]].concat();
        let null = [sound.as_bytes(), &[0], sound.as_bytes()].concat();
        let wrong = [sound.as_bytes(), &[0xC3, 0x28], sound.as_bytes()].concat();
        for bytes in [odd, null, wrong] {
            let outline = outlined("text/plain", &bytes, 333);
            assert!(media::lacking("text/plain", &outline).is_some(), "{}", outline.len());
        }
    }

    #[test]
    fn another_type_is_told_by_its_head() {
        let outline = outlined("application/pdf", &[b"%PDF-1.7".as_slice(), &[7; 10_000]].concat(), 100);
        assert_eq!(outline.len(), HEAD);
        assert!(media::lacking("application/pdf", &outline).is_none());
    }
}
