//! A file that may stand in several versions: each names itself and says from when it holds.

use model::Moment;

use crate::files::Sources;
use crate::table::{self, Errors, Head, Line};
use crate::timeline::Timeline;

/// The longest name of a version, in characters: it stands in every audit event.
const LONGEST: usize = 80;

/// One version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its name, written into audit events.
    pub name: String,
    /// From when it holds.
    pub effective: Moment,
    /// The same as the file writes it: RFC 3339 with the offset of whoever put it in force.
    pub written: String,
    /// Where it comes from, as its head says.
    pub origin: String,
    /// Its head says `# official: yes`: whoever installed it holds it for the official text.
    pub official: bool,
}

/// A file with its columns; its further versions are `<stem>.<anything>.csv` beside it.
pub(crate) struct Versioned<const N: usize> {
    pub(crate) file: &'static str,
    pub(crate) columns: [&'static str; N],
}

impl<const N: usize> Versioned<N> {
    /// Reads every version; `make` turns the lines of one into its table.
    pub(crate) fn load<T>(
        &self,
        sources: &Sources,
        errors: &mut Errors,
        mut make: impl FnMut(&str, Version, Vec<Line<N>>, &mut Errors) -> T,
    ) -> Timeline<T> {
        let mut seen = Seen::default();
        let mut read = |file: &str, text: &str| {
            let (head, lines) = table::read(file, text, self.columns, errors);
            let version = seen.admit(file, head, errors);
            (version.effective, make(file, version, lines, errors))
        };
        let first = read(self.file, sources.text(self.file));
        let others = sources.versions_beside(self.file).map(|(file, text)| read(file, text)).collect();
        seen.refuse_returns(errors);
        Timeline::of(first, others)
    }
}

/// The versions of one file that were read: the name of theirs, the line of the instant, the version.
#[derive(Default)]
struct Seen(Vec<(String, usize, Version)>);

impl Seen {
    /// The version that a head names; a name or an instant that another file has is an error.
    fn admit(&mut self, file: &str, head: Head, errors: &mut Errors) -> Version {
        let (name_line, name) = head.version;
        let odd = |c: char| c.is_control() || matches!(c, ';' | ',');
        if name.chars().count() > LONGEST || name.contains(odd) {
            let reason =
                format!("the name of a version has at most {LONGEST} characters, without comma or semicolon");
            errors.add(file, name_line, reason);
        }
        let (line, effective, written) = head.effective.unwrap_or_else(|| {
            errors.add(file, 1, "the head does not say `# effective: …`, the instant from which it holds");
            (0, None, String::new())
        });
        for (other, _, version) in &self.0 {
            if !name.is_empty() && version.name == name {
                errors.add(file, name_line, format!("`{name}` is the version of {other} as well"));
            }
            if effective == Some(version.effective) {
                errors.add(file, line, format!("{other} takes effect at the same instant"));
            }
        }
        let effective_or_first = effective.unwrap_or(Moment(i64::MIN));
        let (origin, official) = (head.origin, head.official);
        let version = Version { name, effective: effective_or_first, written, origin, official };
        if effective.is_some() {
            self.0.push((file.to_owned(), line, version.clone()));
        }
        version
    }

    /// An official version is never followed by one that is not: a text older than the default would otherwise be
    /// replaced by the default in silence.
    fn refuse_returns(&mut self, errors: &mut Errors) {
        self.0.sort_by_key(|(_, _, version)| version.effective);
        let mut official: Option<&str> = None;
        for (file, line, version) in &self.0 {
            match official {
                _ if version.official => official = Some(file),
                Some(before) => {
                    let reason =
                        format!("not official, and takes the place of {before}, which is, at this instant");
                    errors.add(file, *line, reason);
                }
                None => {}
            }
        }
    }
}
