//! The file of roots outside the database: one line a root, only ever appended to. Whoever seals holds its lock.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Error, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::root::{MOST_LINE, SealedRoot};
use crate::key_file;

/// How the file ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ending {
    /// The last whole line, if there is one.
    pub(crate) last: Option<String>,
    /// What was begun after it and not finished: a writer was killed.
    pub(crate) begun: Vec<u8>,
}

/// The file, locked for one writer.
#[derive(Debug)]
pub(crate) struct RootsFile(File);

impl RootsFile {
    /// Opens the file, made when absent, and waits for its lock.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        key_file::sync_folder(path)?;
        file.lock()?;
        Ok(RootsFile(file))
    }

    /// How it ends.
    pub(crate) fn ending(&mut self) -> Result<Ending, Error> {
        // Two lines of the longest are enough to see the last one whole.
        let window = MOST_LINE as u64 * 2;
        let start = self.0.metadata()?.len().saturating_sub(window);
        self.0.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        (&self.0).take(window).read_to_end(&mut bytes)?;
        let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let begun = lines.pop().unwrap_or_default().to_vec();
        let last = lines.pop().map(|line| String::from_utf8_lossy(line).into_owned());
        Ok(Ending { last, begun })
    }

    /// Appends bytes and brings them to the disk.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.0.write_all(bytes)?;
        self.0.sync_all()
    }
}

/// Reads the roots of a file in their order, a line at a time.
#[derive(Debug)]
pub(crate) struct Lines(BufReader<File>);

impl Lines {
    /// Opens a file, or a copy of it.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        Ok(Lines(BufReader::new(File::open(path)?)))
    }

    /// The next line with its root; `Some((_, None))` for a line that is no root.
    pub(crate) fn next(&mut self) -> Result<Option<(String, Option<SealedRoot>)>, Error> {
        let mut bytes = Vec::new();
        (&mut self.0).take(MOST_LINE as u64).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.pop_if(|byte| *byte == b'\n').is_none() && bytes.len() < MOST_LINE {
            // A line that was begun and not finished is none yet.
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&bytes).into_owned();
        let root = SealedRoot::parse(&line);
        Ok(Some((line, root)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_tells_the_last_line_and_what_was_begun() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roots.jsonl");
        let mut file = RootsFile::open(&path).unwrap();
        assert_eq!(file.ending().unwrap(), Ending::default());
        file.append(b"one\ntwo\nthr").unwrap();
        assert_eq!(file.ending().unwrap(), Ending { last: Some("two".into()), begun: b"thr".to_vec() });
        file.append(b"ee\n").unwrap();
        assert_eq!(file.ending().unwrap(), Ending { last: Some("three".into()), begun: Vec::new() });
    }

    #[test]
    fn a_line_without_an_end_is_read_in_bounded_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roots.jsonl");
        std::fs::write(&path, vec![b'x'; MOST_LINE + 5]).unwrap();
        let mut lines = Lines::open(&path).unwrap();
        assert_eq!(lines.next().unwrap().map(|(line, root)| (line.len(), root)), Some((MOST_LINE, None)));
        assert_eq!(lines.next().unwrap(), None);
    }
}
