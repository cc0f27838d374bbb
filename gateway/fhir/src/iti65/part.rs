//! What each entry of the request is, for the answer in the same order.

use model::{EntryUuid, ObjectRef};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The submission set.
    Set,
    /// The n-th document.
    Document(usize),
    /// The bytes of the n-th document: a Binary, or a FHIR document.
    Binary(Option<usize>),
    /// The n-th new folder.
    Folder(usize),
    /// A folder of the record that documents are added to.
    Filled(EntryUuid),
    /// A Patient, read and not created.
    Patient,
    /// The replacement mark of this document.
    Superseded {
        target: ObjectRef,
        /// Which replacement of the submission names it in the same way.
        nth: Option<usize>,
    },
}

/// One part for each entry of the request.
#[derive(Debug)]
pub(super) struct Parted(Vec<Part>);

impl Parted {
    /// So many entries: what nothing else is said of carries an identity.
    pub(super) fn new(entries: usize) -> Self {
        Parted(vec![Part::Patient; entries])
    }

    /// Says what the entry of this index is.
    pub(super) fn put(&mut self, index: usize, part: Part) {
        if let Some(slot) = self.0.get_mut(index) {
            *slot = part;
        }
    }

    /// The parts in the order of the entries.
    pub(super) fn into_parts(self) -> Vec<Part> {
        self.0
    }
}
