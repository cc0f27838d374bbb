//! A whole submission of a source.

use model::{Association, EntryUuid, HAS_MEMBER, Member, Membership, ObjectRef, Submission};
use xml::Writer;

use super::parts::Children;
use super::{ShownAssociation, write_association, write_entry, write_folder, write_set};
use crate::ebrim::{Form, Way};

/// Writes `lcm:SubmitObjectsRequest`'s `rim:RegistryObjectList`: entries, set, folders, memberships (those that a
/// submission leaves out included), relationships.
pub(crate) fn write_submission(writer: &mut Writer, submission: &Submission, way: Way) {
    let form = Form::Submitted(way);
    writer.start("rim:RegistryObjectList");
    for (entry, _) in &submission.entries {
        write_entry(writer, entry, form);
    }
    write_set(writer, &submission.set, form);
    for folder in &submission.folders {
        write_folder(writer, folder, form);
    }
    let mut whole = submission.clone();
    let mut child = Children::of(submission.set.entry_uuid);
    whole.complete_memberships(|| child.uuid("member"));
    for membership in &whole.memberships {
        write_association(writer, &of_membership(membership, submission));
    }
    for link in &submission.associations {
        let Association { entry_uuid, kind, source, target, documentation } = link;
        write_association(
            writer,
            &ShownAssociation {
                target: target_id(target, submission),
                documentation: documentation.as_ref(),
                ..plain(*entry_uuid, kind.urn(), *source)
            },
        );
    }
    writer.end();
}

fn of_membership(membership: &Membership, submission: &Submission) -> ShownAssociation<'static> {
    let set = submission.set.entry_uuid;
    let member = |source| plain(membership.entry_uuid, HAS_MEMBER, source);
    match &membership.link {
        Member::Original(document) => {
            ShownAssociation { target: document.urn(), set_status: Some("Original"), ..member(set) }
        }
        Member::Reference(document) => ShownAssociation {
            target: target_id(document, submission),
            set_status: Some("Reference"),
            ..member(set)
        },
        Member::Folder(folder) => ShownAssociation { target: folder.urn(), ..member(set) },
        Member::OfFolder(link) => ShownAssociation { target: link.urn(), ..member(set) },
        Member::InFolder { folder, document } => {
            ShownAssociation { target: target_id(document, submission), ..member(*folder) }
        }
    }
}

fn plain(id: EntryUuid, kind: &'static str, source: EntryUuid) -> ShownAssociation<'static> {
    ShownAssociation {
        id,
        kind,
        source: source.urn(),
        target: String::new(),
        status: None,
        set_status: None,
        previous: None,
        documentation: None,
    }
}

/// The entryUUID behind a reference; a uniqueId outside the submission has none and is written as it is.
fn target_id(target: &ObjectRef, submission: &Submission) -> String {
    match target {
        ObjectRef::Uuid(id) => id.urn(),
        ObjectRef::Unique(unique) => {
            let mut entries = submission.entries.iter();
            let found = entries.find(|(entry, _)| entry.unique_id == *unique);
            found.map_or_else(|| unique.as_str().to_owned(), |(entry, _)| entry.entry_uuid.urn())
        }
    }
}
