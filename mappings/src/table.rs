//! Reads one data file: its head of `# key: value` lines, then CSV with named columns.

use model::Moment;

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
    /// Where it comes from.
    pub(crate) origin: String,
    /// `official: yes`.
    pub(crate) official: bool,
    /// Its version, shown in audit events, with its line.
    pub(crate) version: (usize, String),
    /// From when it holds, as written too, with its line; `None` inside if it is no instant (an error by then).
    pub(crate) effective: Option<(usize, Option<Moment>, String)>,
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

/// Reads the head: `origin`, `version` and `date` are required; `effective` is required by files that have
/// versions (`versions`); other keys are free.
pub(crate) fn head(file: &str, text: &str, errors: &mut Errors) -> Head {
    let mut head = Head::default();
    let mut date = None;
    let mut seen: Vec<&str> = Vec::new();
    for line in text.lines() {
        let Some(comment) = line.strip_prefix('#') else { break };
        head.lines += 1;
        let Some((key, value)) = comment.split_once(':').map(|(key, value)| (key.trim(), value.trim()))
        else {
            errors.add(file, head.lines, "expected `# key: value`");
            continue;
        };
        match key {
            "origin" => value.clone_into(&mut head.origin),
            "official" => match value {
                "yes" => head.official = true,
                "no" => head.official = false,
                _ => errors.add(file, head.lines, "`official` is yes or no"),
            },
            "version" => head.version = (head.lines, value.to_owned()),
            "date" => date = Some(value),
            "effective" => head.effective = Some(effective(file, head.lines, value, errors)),
            _ => continue,
        }
        if seen.contains(&key) {
            errors.add(file, head.lines, format!("`{key}` stands twice"));
        }
        seen.push(key);
    }
    let required =
        [("origin", head.origin.as_str()), ("version", &head.version.1), ("date", date.unwrap_or(""))];
    for (key, value) in required {
        if value.is_empty() {
            errors.add(file, 1, format!("the head does not say `# {key}: …`"));
        }
    }
    if date.is_some_and(|date| !date.is_empty() && !is_date(date)) {
        errors.add(file, 1, "the date of the head is not YYYY-MM-DD");
    }
    head
}

/// Reads an instant of effect. Milliseconds are the finest that every place where it is shown can show.
fn effective(file: &str, line: usize, value: &str, errors: &mut Errors) -> (usize, Option<Moment>, String) {
    let moment = match Moment::parse(value) {
        Ok(moment) if moment.0.rem_euclid(1000) == 0 => Some(moment),
        Ok(_) => {
            errors.add(file, line, "the instant of effect is finer than a millisecond");
            None
        }
        Err(_) => {
            let reason = format!(
                "`{value}` is no instant: expected YYYY-MM-DDThh:mm:ss with its offset (Z or ±hh:mm)"
            );
            errors.add(file, line, reason);
            None
        }
    };
    (line, moment, value.to_owned())
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
        assert_eq!(head.version, (2, "1".to_owned()));
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
    fn an_instant_of_effect_that_is_none_or_stands_twice_is_refused() {
        for (line, reason) in [
            ("2027-01-01", "`2027-01-01` is no instant"),
            ("2027-01-01T00:00:00", "`2027-01-01T00:00:00` is no instant"),
            ("2027-01-01T00:00:00.0001Z", "the instant of effect is finer than a millisecond"),
            ("2027-01-01T00:00:00Z\n# effective: 2028-01-01T00:00:00Z", "`effective` stands twice"),
        ] {
            let found = errors_of(&format!("{HEAD}# effective: {line}\na,b\n1,2\n"));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(reason), "{found:?}");
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
