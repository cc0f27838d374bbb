//! Generated submissions: every field, every delimiter.

use model::{
    Address, Association, AssociationKind, Author, Availability, Code, CodedText, Content, ContentBytes, Cx,
    DocumentEntry, EntryUuid, Folder, Member, Membership, ObjectRef, Oid, PersonName, ReferenceId, Sex, Sha1,
    SourcePatientInfo, Submission, SubmissionSet, UniqueId, Xcn, Xon,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{completed, entry, folder, submission, time, uuid};

/// Short text with the delimiters of HL7 and XML, without white space at its ends.
fn text() -> impl Strategy<Value = String> {
    "[!-~À-ÿ]([ -~À-ÿ]{0,5}[!-~À-ÿ])?"
}

/// Free text, line ends included.
fn prose() -> impl Strategy<Value = String> {
    "[ -~À-ÿ\n\t\r]{0,20}[!-~]"
}

fn oid() -> impl Strategy<Value = Oid> {
    "[0-2](\\.(0|[1-9][0-9]{0,5})){1,6}".prop_map(|text| Oid::parse(&text).expect("an oid"))
}

fn any_uuid() -> impl Strategy<Value = EntryUuid> {
    any::<[u8; 16]>().prop_map(EntryUuid::from_bytes)
}

fn code() -> impl Strategy<Value = Code> {
    let system = prop_oneof![oid().prop_map(|oid| oid.as_str().to_owned()), "[A-Za-z][ -~]{0,8}[!-~]"];
    (text(), system, option::of(prose())).prop_map(|(value, system, label)| Code { value, system, label })
}

fn xcn() -> impl Strategy<Value = Xcn> {
    let part = || option::of(text());
    (text(), part(), part(), part(), part(), option::of(oid()), part()).prop_map(
        |(id, family, given, suffix, prefix, authority, name_type)| Xcn {
            id: Some(id),
            family,
            given,
            other_given: None,
            suffix,
            prefix,
            degree: None,
            authority,
            name_type,
            id_type: Some("IDNPS".to_owned()),
        },
    )
}

fn xon() -> impl Strategy<Value = Xon> {
    (text(), option::of(oid()), option::of(text()), option::of(text()))
        .prop_map(|(name, authority, id_type, id)| Xon { name, authority, id_type, id })
}

fn coded_text() -> impl Strategy<Value = CodedText> {
    let coded = (text(), oid(), option::of(text())).prop_map(|(value, system, label)| {
        CodedText::Coded(Code { value, system: system.as_str().to_owned(), label })
    });
    prop_oneof![text().prop_map(CodedText::Text), coded]
}

fn author() -> impl Strategy<Value = Author> {
    (option::of(xcn()), vec(xon(), 1..3), vec(coded_text(), 0..3), vec(coded_text(), 0..2), vec(text(), 0..2))
        .prop_map(|(person, institutions, roles, specialties, telecoms)| Author {
            person,
            institutions,
            roles,
            specialties,
            telecoms,
        })
}

fn cx() -> impl Strategy<Value = Cx> {
    (text(), oid(), option::of(text())).prop_map(|(id, authority, id_type)| Cx { id, authority, id_type })
}

fn traits() -> impl Strategy<Value = SourcePatientInfo> {
    let name = (text(), option::of(text()), option::of(text()))
        .prop_map(|(family, given, name_type)| PersonName { family: Some(family), given, name_type });
    let address = (text(), option::of(text()), option::of(text())).prop_map(|(street, city, postal_code)| {
        Address { street: Some(street), city, postal_code, country: Some("FRA".to_owned()) }
    });
    let sex = option::of(prop_oneof![Just(Sex::Female), Just(Sex::Male), Just(Sex::Unknown)]);
    let other = vec((prop_oneof![Just(6u8), Just(13), Just(18)], text()), 0..2);
    (vec(cx(), 0..2), vec(name, 0..2), any::<bool>(), sex, vec(address, 0..2), other).prop_map(
        |(identifiers, names, born, sex, addresses, other)| SourcePatientInfo {
            identifiers,
            names,
            birth_date: born.then(|| time("19560527")),
            sex,
            addresses,
            other,
        },
    )
}

fn reference() -> impl Strategy<Value = ReferenceId> {
    (text(), option::of(oid()), text()).prop_map(|(id, authority, kind)| ReferenceId { id, authority, kind })
}

/// Any entry of a submission: version 1, approved, its logicalID its own id.
pub(crate) fn any_entry() -> impl Strategy<Value = DocumentEntry> {
    let codes = (code(), code(), code(), vec(code(), 1..4), code(), code(), vec(code(), 0..3));
    let texts = (option::of(prose()), option::of(prose()), vec(reference(), 0..2), vec(author(), 0..3));
    let numbers = (option::of(any::<[u8; 20]>()), option::of(any::<u64>()), option::of(oid()), any_uuid());
    let extra = option::of(vec(text(), 1..3));
    (codes, texts, numbers, (cx(), traits(), option::of(xcn()), extra, 0usize..4)).prop_map(
        |(codes, texts, (hash, size, repository, id), (cx, traits, legal, extra, dates))| {
            let dates = [
                ("2005", None),
                ("20050101", Some("200501")),
                ("200501010102", None),
                ("20050101010203", Some("2005010102")),
            ]
            .get(dates)
            .copied()
            .unwrap_or(("2005", None));
            DocumentEntry {
                entry_uuid: id,
                logical_id: id,
                repository,
                source_patient_id: Some(cx),
                source_patient_info: traits,
                class_code: codes.0,
                type_code: codes.1,
                format_code: codes.2,
                confidentiality: codes.3,
                facility_type: codes.4,
                practice_setting: codes.5,
                event_codes: codes.6,
                creation_time: time(dates.0),
                service_start: dates.1.map(time),
                service_stop: dates.1.map(time),
                hash: hash.map(Sha1::from_bytes),
                size,
                title: texts.0,
                comments: texts.1,
                reference_ids: texts.2,
                authors: texts.3,
                legal_authenticator: legal,
                extra: extra.map(|values| ("urn:example:slot".to_owned(), values)).into_iter().collect(),
                ..entry(1)
            }
        },
    )
}

/// Any folder that a submission makes.
fn any_folder() -> impl Strategy<Value = Folder> {
    let extra = option::of(vec(text(), 1..3));
    (any_uuid(), vec(code(), 1..3), prose(), option::of(prose()), extra).prop_map(
        |(id, codes, title, comments, extra)| Folder {
            entry_uuid: id,
            logical_id: id,
            codes,
            title: Some(title),
            comments,
            extra: extra.map(|values| ("urn:example:slot".to_owned(), values)).into_iter().collect(),
            ..folder(1)
        },
    )
}

/// Any submission of one to three documents and up to two folders: one document perhaps linked to a registered one,
/// documents in folders, of the submission or registered, and references.
pub(crate) fn any_submission() -> impl Strategy<Value = Submission> {
    let bytes = vec(prop_oneof![any::<u8>(), Just(b'\r'), Just(b'\n'), Just(b'-')], 0..60);
    let set = (vec(author(), 0..2), code(), oid(), option::of(prose()), vec(text(), 0..2), any_uuid());
    let link = option::of((any_kind(), any_uuid(), option::of(code())));
    let folders = (vec(any_folder(), 0..3), vec((any::<u8>(), any::<u8>(), any_uuid()), 0..4));
    (vec((any_entry(), bytes), 1..4), set, link, folders).prop_map(
        |(entries, (authors, content_type, source_id, title, recipients, id), link, (folders, members))| {
            let entries: Vec<(DocumentEntry, Content)> = entries
                .into_iter()
                .zip(1u8..)
                .map(|((entry, bytes), n)| {
                    let unique_id = UniqueId::parse(&format!("1.2.3.{n}")).expect("an id");
                    (DocumentEntry { unique_id, ..entry }, Content::Inline(ContentBytes::new(bytes)))
                })
                .collect();
            let source = entries.first().map_or(uuid(1), |(entry, _)| entry.entry_uuid);
            let associations = link.map(|(kind, target, documentation)| Association {
                documentation,
                entry_uuid: uuid(200),
                kind,
                source,
                target: ObjectRef::Uuid(target),
            });
            let set = SubmissionSet {
                entry_uuid: id,
                authors,
                content_type,
                source_id,
                title,
                intended_recipients: recipients,
                ..submission().set
            };
            let associations = associations.into_iter().collect();
            let mut whole = completed(Submission { set, entries, associations, folders, ..submission() });
            for (number, member) in members.into_iter().enumerate() {
                add_member(&mut whole, number, member);
            }
            whole
        },
    )
}

fn any_kind() -> impl Strategy<Value = AssociationKind> {
    proptest::sample::select(AssociationKind::ALL.to_vec())
}

/// Puts a document into a folder, or refers to a registered one, as the dice say.
fn add_member(submission: &mut Submission, number: usize, (folder, document, id): (u8, u8, EntryUuid)) {
    let derived = |mark: u8| {
        let mut bytes = *id.as_bytes();
        bytes[0] = mark;
        EntryUuid::from_bytes(bytes)
    };
    let own = submission.entries.get(usize::from(document) % 5).map(|(entry, _)| entry.entry_uuid);
    let document = ObjectRef::Uuid(own.unwrap_or(derived(1)));
    let folder = submission.folders.get(usize::from(folder) % 4).map(|folder| folder.entry_uuid);
    let link = match (folder, own) {
        (None, None) => Member::Reference(document),
        (folder, _) => Member::InFolder { folder: folder.unwrap_or(derived(2)), document },
    };
    if submission.memberships.iter().any(|known| known.link == link) {
        return;
    }
    let mark = 10 + u8::try_from(number).expect("few") * 2;
    let links = match link {
        Member::InFolder { .. } => {
            vec![(derived(mark), link), (derived(mark + 1), Member::OfFolder(derived(mark)))]
        }
        link => vec![(derived(mark), link)],
    };
    submission
        .memberships
        .extend(links.into_iter().map(|(entry_uuid, link)| Membership { entry_uuid, link }));
}

/// Any entry as a registry answers it.
pub(crate) fn any_registered() -> impl Strategy<Value = DocumentEntry> {
    let status = proptest::sample::select(Availability::ALL.to_vec());
    (any_entry(), status, any_uuid(), 1u32..9).prop_map(|(entry, availability, logical_id, version)| {
        DocumentEntry { availability, logical_id, version, ..entry }
    })
}
