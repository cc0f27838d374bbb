//! The registry behind the XDS door: one record of six documents, five sets, two folders and fifteen associations,
//! and what each stored query says of it.

mod elsewhere;
mod find;
mod folders;
mod named;

use ihe::Transaction;
use ihe::iti18::request::{ReturnType, write, write_registry};
use ihe::iti18::response::{self, Objects};
use ihe::mtom::Attachment;
use ihe::registry::{RegistryError, Status};
use model::{
    AssociationKind, Availability, Caller, Code, Content, ContentFilter, DocumentQuery, EntryUuid, Folder,
    Hl7Time, Member, Membership, MetadataLevel, Named, ObjectRef, RegistryQuery, Scope, Statuses, Submission,
    UniqueId,
};
use passerelle_tests::hall::{Answer, Hall};
use passerelle_tests::paper::{Paper, uuid};

/// Who deposits: PS_IdNat and Struct_IdNat.
const HOSPITAL: (&str, &str) = ("899900000037", "1999999991");
/// When the record is filled.
const FILLED: &str = "20261120120000";

/// The record.
struct Registry {
    hall: Hall,
}

impl Registry {
    /// An empty record of `ondine`, and one of `basile`.
    async fn empty() -> Self {
        Registry { hall: Hall::open(&["ondine", "basile"]).await.unwrap() }
    }

    /// The record with its six documents: the first alone and replaced by the fifth, the second in the first folder, the
    /// third and fourth in the second folder, the sixth alone.
    async fn filled() -> Self {
        let registry = Registry::empty().await;
        registry.provide(registry.document(1)).await;
        registry.provide(in_folder(registry.document(2), folder(1, &registry), &[2])).await;
        let mut two = registry.document(3);
        two.entries.extend(registry.document(4).entries);
        registry.provide(in_folder(two, folder(2, &registry), &[3, 4])).await;
        registry.provide(registry.replacing(5, 1)).await;
        registry.provide(registry.document(6)).await;
        registry
    }

    /// A submission of one document, by the hospital.
    fn document(&self, number: u64) -> Submission {
        self.document_of("ondine", number)
    }

    fn document_of(&self, patient: &str, number: u64) -> Submission {
        let paper = Paper::new(number, &self.hall.patient(patient), HOSPITAL);
        paper.submission(&self.hall.desk.mappings)
    }

    fn replacing(&self, number: u64, replaced: u64) -> Submission {
        let link = Some((AssociationKind::Replaces, ObjectRef::Uuid(uuid(1, replaced))));
        let paper = Paper { link, ..Paper::new(number, &self.hall.patient("ondine"), HOSPITAL) };
        paper.submission(&self.hall.desk.mappings)
    }

    /// ITI-41 by the hospital, to be accepted.
    async fn provide(&self, submission: Submission) {
        let (payload, parts) = ihe::iti41::request::write(&submission);
        let (status, errors) = self.deposited(Transaction::Iti41, &payload, &parts).await;
        assert_eq!(status, Status::Success, "{errors:?}");
    }

    /// ITI-41 by the hospital, to be refused: the codes.
    async fn refused(&self, submission: Submission) -> Vec<String> {
        let (payload, parts) = ihe::iti41::request::write(&submission);
        let (status, errors) = self.deposited(Transaction::Iti41, &payload, &parts).await;
        assert_eq!(status, Status::Failure);
        errors.into_iter().map(|error| error.code).collect()
    }

    async fn deposited(
        &self,
        transaction: Transaction,
        payload: &str,
        parts: &[Attachment],
    ) -> (Status, Vec<RegistryError>) {
        let hospital = self.hall.structure("hospital");
        let answer = self.hall.xds(&hospital, transaction.action(), payload, parts).await.unwrap();
        within(&answer, |payload| ihe::iti41::response::read(payload).unwrap())
    }

    /// What the patient sees.
    async fn shown(&self, query: &RegistryQuery) -> Objects {
        let answer =
            self.ask(&self.hall.holder("ondine"), &write_registry(query, ReturnType::LeafClass)).await;
        objects(&answer)
    }

    /// A search of documents by the patient.
    async fn found(&self, query: &DocumentQuery) -> Vec<u64> {
        let answer = self.ask(&self.hall.holder("ondine"), &write(query, ReturnType::LeafClass)).await;
        numbers(&objects(&answer))
    }

    async fn ask(&self, caller: &Caller, payload: &str) -> Answer {
        self.hall.xds(caller, Transaction::Iti18.action(), payload, &[]).await.unwrap()
    }

    fn at(&self, time: &str) {
        self.hall.desk.clock.set(Hl7Time::parse(time).unwrap().start());
    }

    fn everything(&self) -> RegistryQuery {
        let both = vec![Availability::Approved, Availability::Deprecated];
        RegistryQuery::GetAll {
            patient: self.hall.patient("ondine"),
            status: Statuses { documents: both.clone(), sets: both.clone(), folders: both },
            filter: ContentFilter::default(),
            associations: approved(),
            level: MetadataLevel::Latest,
        }
    }

    fn search(&self) -> DocumentQuery {
        let mut query = DocumentQuery::new(Some(self.hall.patient("ondine")), Scope::Find);
        query.status = approved();
        query
    }
}

fn approved() -> Vec<Availability> {
    vec![Availability::Approved]
}

/// What an answer's payload says.
fn within<T>(answer: &Answer, read: impl FnOnce(xml::Element<'_>) -> T) -> T {
    let text = answer.text();
    let start = text.find("<soap:Envelope").unwrap_or_else(|| panic!("no envelope: {text}"));
    let end = text.rfind("</soap:Envelope>").unwrap() + "</soap:Envelope>".len();
    let document = xml::parse(&text.as_bytes()[start..end], &xml::Limits::default()).unwrap();
    let body = document.root().child("http://www.w3.org/2003/05/soap-envelope", "Body").unwrap();
    read(body.children().next().unwrap())
}

/// The objects of a successful answer.
fn objects(answer: &Answer) -> Objects {
    within(answer, |payload| {
        assert_eq!(response::read_status(payload), Some((Status::Success, Vec::new())), "{}", answer.text());
        response::read_objects(payload).unwrap()
    })
}

/// The codes of a failed answer.
fn codes(answer: &Answer) -> Vec<String> {
    let (status, errors) = within(answer, |payload| response::read_status(payload).unwrap());
    assert_eq!(status, Status::Failure, "{}", answer.text());
    errors.into_iter().map(|error| error.code).collect()
}

/// Numbers of the documents shown, in order.
fn numbers(objects: &Objects) -> Vec<u64> {
    let number = |id: &UniqueId| id.as_str().rsplit('.').next().unwrap().parse().unwrap();
    let mut numbers: Vec<u64> = objects.documents.iter().map(|entry| number(&entry.unique_id)).collect();
    numbers.sort_unstable();
    numbers
}

/// Documents, sets, folders, associations.
fn counts(objects: &Objects) -> (usize, usize, usize, usize) {
    (objects.documents.len(), objects.sets.len(), objects.folders.len(), objects.links.len())
}

fn document(number: u64) -> Named {
    Named::Uuids(vec![uuid(1, number)])
}

fn folder_uuid(number: u64) -> EntryUuid {
    uuid(4, number)
}

fn folder(number: u64, registry: &Registry) -> Folder {
    Folder {
        entry_uuid: folder_uuid(number),
        logical_id: folder_uuid(number),
        version: 1,
        unique_id: UniqueId::parse(&format!("2.999.9.{number}")).unwrap(),
        availability: Availability::Approved,
        patient: registry.hall.patient("ondine"),
        codes: vec![
            Code::labelled("SUIVI", "2.999.6", "Suivi"),
            Code::labelled(format!("N{number}"), "2.999.6", "N"),
        ],
        title: Some(format!("folder {number}")),
        comments: None,
        last_update: None,
        extra: Vec::new(),
    }
}

/// The submission with this folder, which holds these documents; the set holds those memberships.
fn in_folder(mut submission: Submission, folder: Folder, documents: &[u64]) -> Submission {
    let id = folder.entry_uuid;
    submission.folders.push(folder);
    put(&mut submission, id, documents);
    submission
}

/// Puts documents into a folder.
fn put(submission: &mut Submission, folder: EntryUuid, documents: &[u64]) {
    for number in documents {
        let document = ObjectRef::Uuid(uuid(1, *number));
        let link = uuid(5, *number + 100 * u64::from(folder.as_bytes()[15]));
        let held = uuid(6, *number + 100 * u64::from(folder.as_bytes()[15]));
        submission.memberships.extend([
            Membership { entry_uuid: link, link: Member::InFolder { folder, document } },
            Membership { entry_uuid: held, link: Member::OfFolder(link) },
        ]);
    }
}

/// A set without documents of its own.
fn bare(mut submission: Submission) -> Submission {
    submission.entries.clear();
    submission.memberships.clear();
    submission
}

/// The submission as its documents are registered by another repository.
fn elsewhere(mut submission: Submission, repository: &str) -> Submission {
    for (entry, content) in &mut submission.entries {
        *content = Content::Elsewhere;
        entry.repository = model::Oid::parse(repository).ok();
        (entry.hash, entry.size) = (Some(model::Sha1::from_bytes([7; 20])), Some(42));
    }
    submission
}

#[tokio::test]
async fn everything_of_a_record_is_its_documents_sets_folders_and_associations() {
    let registry = Registry::filled().await;
    assert_eq!(counts(&registry.shown(&registry.everything()).await), (6, 5, 2, 15));
}
