//! Reads one data file: its head of `# key: value` lines, then CSV with named columns.

use crate::LoadError;

/// The errors of all files, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<LoadError>);

impl Errors {
    /// Notes what is wrong in a line of a file; line 0 is the file as a whole.
    pub(crate) fn add(&mut self, file: &str, line: usize, reason: impl Into<String>) {
        self.0.push(LoadError { file: file.to_owned(), line, reason: reason.into() });
    }

    /// The value if there were no errors.
    pub(crate) fn none_or<T>(self, value: T) -> Result<T, Vec<LoadError>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}

/// What a file says about itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Its version, shown in audit events.
    pub(crate) version: String,
    /// How many lines the head takes.
    pub(crate) lines: usize,
}

/// A line of a file: where it stands and its cells.
pub(crate) type Line<const N: usize> = (usize, [String; N]);

/// The head and the lines of a CSV file whose columns are exactly `columns`.
pub(crate) fn read<const N: usize>(
    file: &str,
    text: &str,
    columns: [&str; N],
    errors: &mut Errors,
) -> (Head, Vec<Line<N>>) {
    let head = head(file, text, errors);
    let body_start = text.split_inclusive('\n').take(head.lines).map(str::len).sum();
    let body = text.get(body_start..).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
    let mut lines = Vec::new();
    let mut names_seen = false;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let at = error.position().map_or(0, csv::Position::line);
                errors.add(file, line_of(at, head.lines), "not CSV");
                continue;
            }
        };
        let line = line_of(record.position().map_or(0, csv::Position::line), head.lines);
        let count = record.len();
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if !std::mem::replace(&mut names_seen, true) {
            if !cells.iter().map(String::as_str).eq(columns) {
                errors.add(file, line, format!("expected the columns {}", columns.join(",")));
                return (head, lines);
            }
            continue;
        }
        if cells.iter().any(|cell| cell.trim() != cell || cell.chars().any(char::is_control)) {
            errors.add(file, line, "a cell begins or ends with a blank, or holds a control character");
        }
        match <[String; N]>::try_from(cells) {
            Ok(cells) => lines.push((line, cells)),
            Err(_) => errors.add(file, line, format!("expected {N} cells, found {count}")),
        }
    }
    if !names_seen {
        errors.add(file, 0, format!("expected the columns {}", columns.join(",")));
    } else if lines.is_empty() {
        errors.add(file, 0, "no line of data");
    }
    (head, lines)
}

/// Reads the head: `origin`, `version` and `date` are required, other keys are free.
pub(crate) fn head(file: &str, text: &str, errors: &mut Errors) -> Head {
    let mut head = Head::default();
    let (mut origin, mut date) = (None, None);
    for line in text.lines() {
        let Some(comment) = line.strip_prefix('#') else { break };
        head.lines += 1;
        match comment.split_once(':').map(|(key, value)| (key.trim(), value.trim())) {
            Some(("origin", value)) => origin = Some(value),
            Some(("version", value)) => value.clone_into(&mut head.version),
            Some(("date", value)) => date = Some(value),
            Some(_) => {}
            None => errors.add(file, head.lines, "expected `# key: value`"),
        }
    }
    for (key, value) in [("origin", origin), ("version", Some(head.version.as_str())), ("date", date)] {
        if value.is_none_or(str::is_empty) {
            errors.add(file, 1, format!("the head does not say `# {key}: …`"));
        }
    }
    if date.is_some_and(|date| !date.is_empty() && !is_date(date)) {
        errors.add(file, 1, "the date of the head is not YYYY-MM-DD");
    }
    head
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |length: usize| {
        parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(|c| c.is_ascii_digit()))
            .and_then(|part| part.parse::<u16>().ok())
    };
    let (year, month, day) = (number(4), number(2), number(2));
    year.is_some()
        && month.is_some_and(|month| (1..=12).contains(&month))
        && day.is_some_and(|day| (1..=31).contains(&day))
        && parts.next().is_none()
}

fn line_of(in_body: u64, head: usize) -> usize {
    usize::try_from(in_body).unwrap_or(usize::MAX).saturating_add(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# origin: o\n# version: 1\n# date: 2026-01-31\n";

    fn errors_of(text: &str) -> Vec<String> {
        let mut errors = Errors::default();
        let _ = read("f.csv", text, ["a", "b"], &mut errors);
        errors.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_line_knows_where_it_stands_in_the_file() {
        let mut errors = Errors::default();
        let text = format!("{HEAD}# note: n\na,b\n1,2\n\"x\ny\",3\n4,5\n");
        let (head, lines) = read("f.csv", &text, ["a", "b"], &mut errors);
        assert_eq!(head.version, "1");
        assert_eq!(lines.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [6, 7, 9]);
        assert_eq!(errors.0.len(), 1, "the line break inside a cell");
    }

    #[test]
    fn a_file_without_head_is_refused() {
        let found = errors_of("a,b\n1,2\n");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|error| error.starts_with("f.csv:1: the head does not say")), "{found:?}");
    }

    #[test]
    fn a_date_that_is_none_is_refused() {
        for date in ["2026-13-01", "26-01-01", "2026-01", "2026-01-01-01", "hier"] {
            let text = format!("# origin: o\n# version: 1\n# date: {date}\na,b\n1,2\n");
            assert_eq!(errors_of(&text), ["f.csv:1: the date of the head is not YYYY-MM-DD"], "{date}");
        }
    }

    #[test]
    fn wrong_columns_and_wrong_counts_are_refused_with_their_line() {
        assert_eq!(errors_of(&format!("{HEAD}a,c\n1,2\n")), ["f.csv:4: expected the columns a,b"]);
        assert_eq!(
            errors_of(&format!("{HEAD}a,b\n1,2\n1\n1,2,3\n1, 2\n")),
            [
                "f.csv:6: expected 2 cells, found 1",
                "f.csv:7: expected 2 cells, found 3",
                "f.csv:8: a cell begins or ends with a blank, or holds a control character",
            ]
        );
        assert_eq!(errors_of(HEAD), ["f.csv:0: expected the columns a,b"]);
        assert_eq!(errors_of(&format!("{HEAD}a,b\n")), ["f.csv:0: no line of data"]);
    }
}
