//! Folders, memberships and stored queries, through the journey on a real file.

use journey::{LinkKind, Refusal, RegistryAnswer, stored_query};
use model::{
    AssociationKind, Availability, Caller, Code, ContentFilter, DocumentQuery, EntryKind, EntryUuid, Folder,
    Ins, Member, Membership, MetadataLevel, Named, ObjectRef, ReferenceId, RegistryQuery, Rule, Scope,
    Statuses, Submission,
};

use super::kit::{World, holder, hospital, ins, professional, rules, time};
use super::made::{bytes, entry, id, link, of_entries, submission};

fn folder(world: &World, patient: &Ins, number: u64) -> Folder {
    let uuid = world.uuid();
    Folder {
        entry_uuid: uuid,
        logical_id: uuid,
        version: 1,
        unique_id: id(&format!("2.999.7.{number}")),
        availability: Availability::Approved,
        patient: patient.clone(),
        codes: vec![Code::labelled("GROSSESSE", "2.999.8", "Grossesse")],
        title: Some("CANARYFOLDER".into()),
        comments: None,
        last_update: None,
        extra: Vec::new(),
    }
}

/// Puts a document of the submission into a folder, with the membership that the set holds.
fn put(world: &World, into: &mut Submission, folder: EntryUuid, document: ObjectRef) {
    let held = world.uuid();
    into.memberships.push(Membership { entry_uuid: held, link: Member::InFolder { folder, document } });
    into.memberships.push(Membership { entry_uuid: world.uuid(), link: Member::OfFolder(held) });
}

/// A record with one document in one folder: the document's and the folder's UUIDs.
async fn filed(world: &World) -> (EntryUuid, EntryUuid) {
    let mut made = submission(world, &ins(1), 1);
    let folder = folder(world, &ins(1), 1);
    let (document, own) = (made.entries[0].0.entry_uuid, folder.entry_uuid);
    made.folders.push(folder);
    put(world, &mut made, own, ObjectRef::Uuid(document));
    world.deposit(made).await.unwrap();
    (document, own)
}

async fn asked(world: &World, caller: &Caller, query: RegistryQuery) -> RegistryAnswer {
    stored_query(&world.desk, caller, "ITI-18", &query).await.unwrap()
}

async fn asked_by_holder(world: &World, query: RegistryQuery) -> RegistryAnswer {
    asked(world, &holder(&ins(1)), query).await
}

fn folder_and_contents(folder: EntryUuid) -> RegistryQuery {
    RegistryQuery::GetFolderAndContents {
        named: Named::Uuids(vec![folder]),
        filter: ContentFilter::default(),
        associations: Vec::new(),
        level: MetadataLevel::Latest,
    }
}

fn everything(level: MetadataLevel) -> RegistryQuery {
    let every = Availability::ALL.to_vec();
    let status = Statuses { documents: every.clone(), sets: every.clone(), folders: every };
    RegistryQuery::GetAll {
        patient: ins(1),
        status,
        filter: ContentFilter { kinds: EntryKind::ALL.to_vec(), ..ContentFilter::default() },
        associations: Vec::new(),
        level,
    }
}

fn counts(answer: &RegistryAnswer) -> [usize; 4] {
    [answer.documents.len(), answer.sets.len(), answer.folders.len(), answer.links.len()]
}

#[tokio::test]
async fn a_folder_comes_with_its_documents_and_memberships() {
    let world = World::with_record().await;
    let (document, folder) = filed(&world).await;
    let answer = asked_by_holder(&world, folder_and_contents(folder)).await;
    assert_eq!(counts(&answer), [1, 0, 1, 1]);
    let shown = &answer.folders[0].get().shown;
    assert_eq!(shown.title.as_deref(), Some("CANARYFOLDER"));
    assert_eq!(shown.last_update.as_ref().map(|time| time.start()), Some(world.now()));
    assert_eq!((answer.links[0].get().source, answer.links[0].get().target), (folder, document));
    // Set to document, set to folder, folder to document, set to that membership.
    assert_eq!(counts(&asked_by_holder(&world, everything(MetadataLevel::Latest)).await), [1, 1, 1, 4]);
}

#[tokio::test]
async fn a_replacement_stands_in_the_folders_of_what_it_replaces() {
    let world = World::with_record().await;
    let (document, folder) = filed(&world).await;
    world.at(time("20260301130000"));
    let mut next = submission(&world, &ins(1), 2);
    link(&world, &mut next, AssociationKind::Replaces, ObjectRef::Uuid(document));
    world.deposit(next).await.unwrap();
    let answer = asked_by_holder(&world, folder_and_contents(folder)).await;
    assert_eq!(counts(&answer), [2, 0, 1, 2]);
    let statuses: Vec<_> = answer.documents.iter().map(|version| version.get().shown.availability).collect();
    assert_eq!(statuses, [Availability::Deprecated, Availability::Approved]);
    let updated = answer.folders[0].get().shown.last_update.as_ref().map(|time| time.start());
    assert_eq!(updated, Some(world.now()));
}

#[tokio::test]
async fn a_document_of_the_record_is_referred_to_and_filed_later() {
    let world = World::with_record().await;
    let (_, folder) = filed(&world).await;
    let other = submission(&world, &ins(1), 2);
    let document = other.entries[0].0.entry_uuid;
    world.deposit(other).await.unwrap();
    let mut refers = of_entries(&world, &ins(1), 3, Vec::new());
    let reference = Member::Reference(ObjectRef::Uuid(document));
    refers.memberships.push(Membership { entry_uuid: world.uuid(), link: reference });
    put(&world, &mut refers, folder, ObjectRef::Uuid(document));
    let set = refers.set.entry_uuid;
    world.deposit(refers).await.unwrap();
    assert_eq!(counts(&asked_by_holder(&world, folder_and_contents(folder)).await), [2, 0, 1, 2]);
    let contents = RegistryQuery::GetSubmissionSetAndContents {
        named: Named::Uuids(vec![set]),
        filter: ContentFilter::default(),
        level: MetadataLevel::Latest,
    };
    let answer = asked_by_holder(&world, contents).await;
    assert_eq!(counts(&answer), [1, 1, 0, 3]);
    assert!(answer.links.iter().any(|link| link.get().kind == LinkKind::Reference));
}

#[tokio::test]
async fn nothing_is_filed_in_a_folder_that_is_absent_or_of_another_record() {
    let world = World::with_record().await;
    world.open_record(&ins(2)).await;
    let (_, folder) = filed(&world).await;
    for (number, unknown) in [(2, world.uuid()), (3, folder)] {
        let mut made = submission(&world, &ins(2), number);
        let document = made.entries[0].0.entry_uuid;
        put(&world, &mut made, unknown, ObjectRef::Uuid(document));
        let refusal = world.deposit(made).await.unwrap_err();
        assert_eq!(rules(&refusal), [Rule::LinkedObjectIsReachable]);
        let Refusal::Refused(refused) = refusal else { panic!("refused") };
        assert_eq!(refused.findings[0].xds_code, None);
    }
}

#[tokio::test]
async fn a_folder_and_a_set_of_hidden_documents_show_to_their_author_alone() {
    let world = World::with_record().await;
    let (document, folder) = filed(&world).await;
    world.mask(document).await;
    let midwife = professional("50", None);
    let midwife = Caller {
        actor: match midwife.actor {
            model::Actor::Professional { name, role, .. } => {
                model::Actor::Professional { id: model::PersonId("899900000099".into()), name, role }
            }
            other => other,
        },
        patient: Some(ins(1)),
        ..midwife
    };
    let until = time("2030");
    let party = model::Party::Person(model::PersonId("899900000099".into()));
    world.set(policy::Setting::Authorised(party, super::kit::granted(until))).await;
    assert_eq!(counts(&asked(&world, &midwife, everything(MetadataLevel::Latest)).await), [0, 0, 0, 0]);
    let author = Caller { patient: Some(ins(1)), ..hospital() };
    let contents =
        RegistryQuery::GetFolders { named: Named::Uuids(vec![folder]), level: MetadataLevel::Latest };
    assert_eq!(counts(&asked(&world, &author, contents.clone()).await), [0, 0, 1, 0]);
    assert_eq!(counts(&asked(&world, &midwife, contents).await), [0, 0, 0, 0]);
}

#[tokio::test]
async fn earlier_versions_show_at_level_two_only() {
    let world = World::with_record().await;
    let (document, _) = filed(&world).await;
    world.mask(document).await;
    assert_eq!(asked_by_holder(&world, everything(MetadataLevel::Latest)).await.documents.len(), 1);
    let answer = asked_by_holder(&world, everything(MetadataLevel::Every)).await;
    let versions: Vec<(u32, Availability)> = answer
        .documents
        .iter()
        .map(|version| (version.get().shown.version, version.get().shown.availability))
        .collect();
    assert_eq!(versions, [(2, Availability::Approved), (1, Availability::Deprecated)]);
    // The set's membership names the version that came with it.
    let membership = answer.links.iter().find(|link| link.get().kind == LinkKind::Original).unwrap();
    assert_eq!(membership.get().target, document);
    let mut query = DocumentQuery::new(Some(ins(1)), Scope::Find);
    query.status = vec![Availability::Deprecated];
    query.level = MetadataLevel::Every;
    let found = journey::search(&world.desk, &holder(&ins(1)), "ITI-18", query).await.unwrap();
    assert_eq!(found.entries.len(), 1);
}

#[tokio::test]
async fn a_reference_is_found_by_pattern_every_term_of_it() {
    let world = World::with_record().await;
    let mut made = entry(&world, &ins(1), 1);
    for text in
        ["A1^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:accession", "B2^^^&1.2.3&ISO^urn:ihe:iti:xds:2013:order"]
    {
        made.reference_ids.push(ReferenceId::parse(text).unwrap());
    }
    world.deposit(of_entries(&world, &ins(1), 1, vec![(made, bytes("text"))])).await.unwrap();
    for (terms, expected) in
        [(vec![vec!["A1%"]], 1), (vec![vec!["A1%"], vec!["B2%"]], 1), (vec![vec!["A1%"], vec!["C%"]], 0)]
    {
        let mut query = DocumentQuery::new(Some(ins(1)), Scope::Find);
        query.references =
            terms.iter().map(|term| term.iter().map(|text| (*text).to_owned()).collect()).collect();
        let found = journey::search(&world.desk, &holder(&ins(1)), "ITI-18", query).await.unwrap();
        assert_eq!((found.entries.len(), found.total), (expected, expected as u64), "{terms:?}");
    }
}

#[tokio::test]
async fn nothing_of_a_folder_outlives_its_record() {
    let world = World::with_record().await;
    filed(&world).await;
    assert_eq!(world.count("SELECT count(*) FROM folder").await, 1);
    world.operate(policy::Operation::Erase(ins(1))).await.unwrap();
    for sql in [
        "SELECT count(*) FROM folder",
        "SELECT count(*) FROM past_folder",
        "SELECT count(*) FROM association",
        "SELECT count(*) FROM locator",
    ] {
        assert_eq!(world.count(sql).await, 0, "{sql}");
    }
}

#[tokio::test]
async fn the_same_folder_again_is_refused_by_its_identifier() {
    let world = World::with_record().await;
    filed(&world).await;
    let mut made = submission(&world, &ins(1), 2);
    made.folders.push(folder(&world, &ins(1), 1));
    assert_eq!(rules(&world.deposit(made).await.unwrap_err()), [Rule::SetIdIsFree]);
}

#[tokio::test]
async fn a_member_of_an_open_domain_replaces_what_another_wrote() {
    let mut world = World::with_record().await;
    let (document, _) = filed(&world).await;
    let member = Caller {
        channel: model::Channel::Member,
        structure: Some(model::StructureId("another".into())),
        ..hospital()
    };
    let mut next = submission(&world, &ins(1), 2);
    link(&world, &mut next, AssociationKind::Replaces, ObjectRef::Uuid(document));
    let again = next.clone();
    // In a closed one such a caller has no place.
    world.desk.switches.open_domain = false;
    let refusal = journey::deposit(&world.desk, &member, "ITI-65", again).await.unwrap_err();
    assert_eq!(rules(&refusal), [Rule::CallerHasAPlace]);
    world.desk.switches.open_domain = true;
    journey::deposit(&world.desk, &member, "ITI-65", next).await.unwrap();
    assert_eq!(world.entry(document).await.unwrap().entry.availability, Availability::Deprecated);
}

#[tokio::test]
async fn a_filter_leaves_out_the_memberships_of_the_documents_that_it_leaves_out() {
    let world = World::with_record().await;
    let mut other = entry(&world, &ins(1), 2);
    other.format_code = Code::new("urn:asip:ci-sis:aunv:2013", "1.2.250.1.213.1.1.4.2.282");
    let format = other.format_code.clone();
    let entries = vec![(entry(&world, &ins(1), 1), bytes("one")), (other, bytes("two"))];
    let mut made = of_entries(&world, &ins(1), 1, entries);
    let folder = folder(&world, &ins(1), 1);
    let (set, own) = (made.set.entry_uuid, folder.entry_uuid);
    made.folders.push(folder);
    for document in [made.entries[0].0.entry_uuid, made.entries[1].0.entry_uuid] {
        put(&world, &mut made, own, ObjectRef::Uuid(document));
    }
    world.deposit(made).await.unwrap();
    let of = |formats: Vec<Code>| RegistryQuery::GetSubmissionSetAndContents {
        named: Named::Uuids(vec![set]),
        filter: ContentFilter { formats, ..ContentFilter::default() },
        level: MetadataLevel::Latest,
    };
    assert_eq!(counts(&asked_by_holder(&world, of(Vec::new())).await), [2, 1, 1, 7]);
    assert_eq!(counts(&asked_by_holder(&world, of(vec![format])).await), [1, 1, 1, 4]);
}

#[tokio::test]
async fn a_document_that_the_reader_does_not_see_moves_no_time_of_its_folder() {
    let world = World::with_record().await;
    let (_, folder) = filed(&world).await;
    let filed_at = world.now();
    world.at(time("20260301130000"));
    let mut hidden = submission(&world, &ins(1), 2);
    hidden.entries[0].0.confidentiality.push(Code::new("INVISIBLE_PATIENT", model::system::VISIBILITY));
    let document = hidden.entries[0].0.entry_uuid;
    put(&world, &mut hidden, folder, ObjectRef::Uuid(document));
    world.deposit(hidden).await.unwrap();
    let updated =
        |answer: &RegistryAnswer| answer.folders[0].get().shown.last_update.as_ref().map(|time| time.start());
    let folders =
        RegistryQuery::GetFolders { named: Named::Uuids(vec![folder]), level: MetadataLevel::Latest };
    assert_eq!(updated(&asked_by_holder(&world, folders.clone()).await), Some(filed_at));
    let author = Caller { patient: Some(ins(1)), ..hospital() };
    assert_eq!(updated(&asked(&world, &author, folders).await), Some(world.now()));
}
