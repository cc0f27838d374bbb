//! What is no document: a set or a folder shows by who wrote it or by what it holds, a link by its ends.

use model::Author;

use crate::visibility::{Own, Visibility, Visible};

/// Something that holds documents: a submission set, or a folder by the set that it came with.
pub trait Holder {
    /// Who wrote it.
    fn authors(&self) -> &[Author];
}

impl Visibility {
    /// Shows a set or a folder if the caller wrote it, or sees one of the documents that it holds.
    pub fn admit_holder<T: Holder, M>(&self, object: T, member: Option<&Visible<M>>) -> Option<Visible<T>> {
        let shown = member.is_some() || self.own().wrote(object.authors());
        shown.then(|| Visible::of(object))
    }

    /// Shows a link whose two ends show.
    pub fn admit_link<T, A, B>(&self, link: T, _source: &Visible<A>, _target: &Visible<B>) -> Visible<T> {
        Visible::of(link)
    }
}

impl Own {
    fn wrote(&self, authors: &[Author]) -> bool {
        let person = |id: &str| {
            authors.iter().filter_map(|author| author.person.as_ref()?.id.as_deref()).any(|own| own == id)
        };
        let institution = |id: &str| {
            let mut institutions = authors.iter().flat_map(|author| &author.institutions);
            institutions.any(|own| own.id.as_deref() == Some(id))
        };
        match self {
            Own::Person(id) => person(id),
            Own::Structure(id) => institution(id),
            Own::Anybody => true,
            Own::Nobody => false,
        }
    }
}
