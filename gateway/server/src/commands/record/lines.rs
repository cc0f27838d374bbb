//! The lines of standard input that name records. Errors name a line by its number, never by what is in it.

use std::io::{BufRead as _, Read as _};

use anyhow::{Context as _, bail};
use model::Ins;
use policy::Link;

/// Longest input, bytes.
const LONGEST: u64 = 64 << 20;

/// Every line that is not blank, with its number.
#[derive(Debug, Default)]
pub(crate) struct Lines(Vec<Line>);

/// One line.
#[derive(Debug)]
pub(crate) struct Line {
    number: usize,
    text: String,
}

impl Lines {
    /// Reads standard input to its end.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let mut lines = Vec::new();
        for (index, text) in std::io::stdin().lock().take(LONGEST).lines().enumerate() {
            let text = text.with_context(|| format!("line {}", index + 1))?;
            if !text.trim().is_empty() {
                lines.push(Line { number: index + 1, text });
            }
        }
        Ok(Lines(lines))
    }

    /// Reads every line before anything is done.
    pub(crate) fn each<T>(&self, read: impl Fn(&Line) -> anyhow::Result<T>) -> anyhow::Result<Vec<T>> {
        self.0.iter().map(read).collect()
    }

    /// The one record that is named.
    pub(crate) fn one_ins(&self) -> anyhow::Result<Ins> {
        match self.0.as_slice() {
            [line] => line.only_ins(),
            _ => bail!("standard input: expected one line with one INS, INS^^^&OID&ISO^NH"),
        }
    }

    /// The line at this place, from 0.
    pub(crate) fn at(&self, place: usize) -> Option<&Line> {
        self.0.get(place)
    }
}

impl Line {
    /// The fields between tabs, exactly so many.
    pub(crate) fn fields<const N: usize>(&self) -> anyhow::Result<[&str; N]> {
        let fields: Vec<&str> = self.text.split('\t').collect();
        <[&str; N]>::try_from(fields).map_err(|fields| {
            anyhow::anyhow!("line {}: expected {N} fields, not {}", self.number, fields.len())
        })
    }

    /// The line as one INS.
    pub(crate) fn only_ins(&self) -> anyhow::Result<Ins> {
        self.ins(&self.text)
    }

    /// A field as an INS.
    pub(crate) fn ins(&self, field: &str) -> anyhow::Result<Ins> {
        let malformed =
            |malformed: model::Malformed| anyhow::anyhow!("line {}: {}", self.number, malformed.expected_en);
        Ins::parse_any_cx(field.trim()).map_err(malformed)
    }

    /// A field as a kind of link.
    pub(crate) fn link(&self, field: &str) -> anyhow::Result<Link> {
        Link::named(field.trim())
            .with_context(|| format!("line {}: expected parent, guardian or helper", self.number))
    }
}
